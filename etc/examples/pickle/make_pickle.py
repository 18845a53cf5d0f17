"""Writes predict.pkl, as the builder kit does: a function with everything it refers to."""
import cloudpickle


def predict(nonce):
    return 0.0001 * (nonce % 7)


with open("predict.pkl", "wb") as file:
    cloudpickle.dump(predict, file)
