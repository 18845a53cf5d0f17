-- Books of version 1, as `inferd demo --windows 2` wrote them.
BEGIN TRANSACTION;
CREATE TABLE transactions (
  hash TEXT PRIMARY KEY, wallet TEXT NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL CHECK (nonce >= 0),
  number INTEGER NOT NULL CHECK (number > 0), sequence INTEGER NOT NULL, gas INTEGER NOT NULL, fee INTEGER NOT NULL,
  timeout INTEGER NOT NULL, bytes TEXT NOT NULL CHECK (bytes <> ''), "values" TEXT NOT NULL, signature TEXT NOT NULL,
  replaces TEXT NOT NULL, why TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status = 'stored' OR status = 'sent' OR status = 'uncertain' OR status = 'confirmed' OR
                              status = 'refused' OR status = 'missed' OR status = 'dry_run' OR status = 'withdrawn'),
  endpoint TEXT NOT NULL, height INTEGER NOT NULL, paid INTEGER NOT NULL, stored_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL, done_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "transactions" VALUES('01F399733F8C6EADECF2AEF896FE237188EE6154269A3C0CA72C5069AB5C8E8F','allo16qyary9fgnun2hugp672zypstew8sstwjtj3v0',1,0,1,0,260000,390000,20,'CoIBCn4KHi9lbWlzc2lvbnMudjEwLlJlZ2lzdGVyUmVxdWVzdBJcCithbGxvMTZxeWFyeTlmZ251bjJodWdwNjcyenlwc3Rldzhzc3R3anRqM3YwIAEqK2FsbG8xNnF5YXJ5OWZnbnVuMmh1Z3A2NzJ6eXBzdGV3OHNzdHdqdGozdjAYFBJnCk4KRgofL2Nvc21vcy5jcnlwdG8uc2VjcDI1NmsxLlB1YktleRIjCiECAGzT2WgQVTu9zRsFbj2WWxtv3Awfa5V4jWQqtQct10gSBAoCCAESFQoPCgV1YWxsbxIGMzkwMDAwEKDvDxpAkjBxD6kFn0hPIjs6+89GNPlgAimUAM2GqCeXwDDGgQwJ0fwUF8QCX+2XXG9XT292oTzTAJf7qDlLBVhmUnh7zQ==','','','','','confirmed','127.0.0.1:32873',1,390000,1795926296797,1795926296802,1795926296896);
INSERT INTO "transactions" VALUES('1EAF77C1D92FFCAC7E90B5F2F23AC24FB3DC9D67D9EA5F25439580D549F9D535','allo16qyary9fgnun2hugp672zypstew8sstwjtj3v0',1,10,1,1,170638,255957,15,'CtQCCs8CCikvZW1pc3Npb25zLnYxMC5JbnNlcnRXb3JrZXJQYXlsb2FkUmVxdWVzdBKhAgorYWxsbzE2cXlhcnk5ZmdudW4yaHVncDY3Mnp5cHN0ZXc4c3N0d2p0ajN2MBLxAQorYWxsbzE2cXlhcnk5ZmdudW4yaHVncDY3Mnp5cHN0ZXc4c3N0d2p0ajN2MBICCAoYASI2CjQIARAKGithbGxvMTZxeWFyeTlmZ251bjJodWdwNjcyenlwc3Rldzhzc3R3anRqM3YwIgEwKkCKNg94jgJ7GClKAlX/3CQxzmsIn8aiOP0ldA/6reqwHEBgSkkxBSabfS60q+CNNrlD6wc+rGKRbqxpZT/B5XJdMkIwMjAwNmNkM2Q5NjgxMDU1M2JiZGNkMWIwNTZlM2Q5NjViMWI2ZmRjMGMxZjZiOTU3ODhkNjQyYWI1MDcyZGQ3NDgYDxJpClAKRgofL2Nvc21vcy5jcnlwdG8uc2VjcDI1NmsxLlB1YktleRIjCiECAGzT2WgQVTu9zRsFbj2WWxtv3Awfa5V4jWQqtQct10gSBAoCCAEYARIVCg8KBXVhbGxvEgYyNTU5NTcQjrUKGkBocye1JjISrqXwEFdp5az9zfE8XBKdimGbn5sgg8BFJVbF7EtGvair63KJxQiJ73WLlllcrM3BhiWzbOaYJ+zE','[{"label":"","value":"0"}]','8a360f788e027b18294a0255ffdc2431ce6b089fc6a238fd25740ffaadeab01c40604a493105269b7d2eb4abe08d36b943eb073eac62916eac69653fc1e5725d','','','confirmed','127.0.0.1:32873',11,0,1795926297802,1795926297803,1795926297896);
INSERT INTO "transactions" VALUES('3467795358E86F80805F7644D306DA7B78C69E8648B639A2C885D71373D44713','allo16qyary9fgnun2hugp672zypstew8sstwjtj3v0',1,20,1,2,188708,283062,25,'CtQCCs8CCikvZW1pc3Npb25zLnYxMC5JbnNlcnRXb3JrZXJQYXlsb2FkUmVxdWVzdBKhAgorYWxsbzE2cXlhcnk5ZmdudW4yaHVncDY3Mnp5cHN0ZXc4c3N0d2p0ajN2MBLxAQorYWxsbzE2cXlhcnk5ZmdudW4yaHVncDY3Mnp5cHN0ZXc4c3N0d2p0ajN2MBICCBQYASI2CjQIARAUGithbGxvMTZxeWFyeTlmZ251bjJodWdwNjcyenlwc3Rldzhzc3R3anRqM3YwIgEwKkAmhMRkOopJDMqlo73J6b8fH2CGnA317vXwAB0i73+gHXAMeoqgVZFUAqYZRntKno60MjIf2BtlxdMZ3XK81SXZMkIwMjAwNmNkM2Q5NjgxMDU1M2JiZGNkMWIwNTZlM2Q5NjViMWI2ZmRjMGMxZjZiOTU3ODhkNjQyYWI1MDcyZGQ3NDgYGRJpClAKRgofL2Nvc21vcy5jcnlwdG8uc2VjcDI1NmsxLlB1YktleRIjCiECAGzT2WgQVTu9zRsFbj2WWxtv3Awfa5V4jWQqtQct10gSBAoCCAEYAhIVCg8KBXVhbGxvEgYyODMwNjIQpMILGkDoiWjwP67dkbQGOVRrEW3i18/pxB16mhiE0dZayt5rg2WXwDPZGjR5NhjexP3IbPv+j2I8Ppn68garcygyDQdh','[{"label":"","value":"0"}]','2684c4643a8a490ccaa5a3bdc9e9bf1f1f60869c0df5eef5f0001d22ef7fa01d700c7a8aa055915402a619467b4a9e8eb432321fd81b65c5d319dd72bcd525d9','','','confirmed','127.0.0.1:32873',21,0,1795926298520,1795926298796,1795926298896);
CREATE TABLE windows (
  wallet TEXT NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL CHECK (nonce > 0), closes INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status = 'open' OR status = 'claimed' OR status = 'stored' OR status = 'sent' OR
                              status = 'uncertain' OR status = 'confirmed' OR status = 'refused' OR status = 'missed' OR
                              status = 'skipped' OR status = 'dry_run'),
  reason TEXT NOT NULL, "values" TEXT NOT NULL, source TEXT NOT NULL, model TEXT NOT NULL, candle INTEGER NOT NULL,
  tx_hash TEXT NOT NULL, height INTEGER NOT NULL, gas_used INTEGER NOT NULL, fee INTEGER NOT NULL,
  endpoint TEXT NOT NULL, signature TEXT NOT NULL, score TEXT NOT NULL, reward TEXT NOT NULL, combined TEXT NOT NULL,
  held TEXT NOT NULL, opened_at INTEGER NOT NULL, claimed_at INTEGER NOT NULL, stored_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL, done_at INTEGER NOT NULL,
  PRIMARY KEY (wallet, topic, nonce),
  CHECK ((done_at = 0) =
         (status = 'open' OR status = 'claimed' OR status = 'stored' OR status = 'sent' OR status = 'uncertain'))
) STRICT, WITHOUT ROWID;
INSERT INTO "windows" VALUES('allo16qyary9fgnun2hugp672zypstew8sstwjtj3v0',1,10,15,'confirmed','','[{"label":"","value":"0"}]','tiingo','model.json (sha256:41235a9e5612)',1795921200000,'1EAF77C1D92FFCAC7E90B5F2F23AC24FB3DC9D67D9EA5F25439580D549F9D535',11,145160,255957,'127.0.0.1:32873','8a360f788e027b18294a0255ffdc2431ce6b089fc6a238fd25740ffaadeab01c40604a493105269b7d2eb4abe08d36b943eb073eac62916eac69653fc1e5725d','','','0','[{"label":"","value":"0"}]',1795926297796,1795926297802,1795926297802,1795926297803,1795926297896);
INSERT INTO "windows" VALUES('allo16qyary9fgnun2hugp672zypstew8sstwjtj3v0',1,20,25,'confirmed','','[{"label":"","value":"0"}]','tiingo','model.json (sha256:41235a9e5612)',1795921200000,'3467795358E86F80805F7644D306DA7B78C69E8648B639A2C885D71373D44713',21,145160,283062,'127.0.0.1:32873','2684c4643a8a490ccaa5a3bdc9e9bf1f1f60869c0df5eef5f0001d22ef7fa01d700c7a8aa055915402a619467b4a9e8eb432321fd81b65c5d319dd72bcd525d9','','','','',1795926298796,1795926298519,1795926298520,1795926298796,1795926298896);
CREATE INDEX windows_unfinished ON windows (wallet, topic, nonce) WHERE done_at = 0;
CREATE INDEX windows_by_nonce ON windows (nonce);
CREATE INDEX windows_rewarded ON windows (wallet, reward) WHERE reward <> '';
CREATE UNIQUE INDEX transactions_by_window ON transactions (wallet, topic, nonce, number);
CREATE UNIQUE INDEX one_confirmed_a_window ON transactions (wallet, topic, nonce) WHERE status = 'confirmed' AND nonce > 0;
CREATE INDEX registrations ON transactions (wallet, topic, number) WHERE nonce = 0;
COMMIT;
PRAGMA application_id = 1768842852;
PRAGMA user_version = 1;
