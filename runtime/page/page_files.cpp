#include "runtime/page/page_files.hpp"

// The assembler reads the files; CMake makes this source depend on them.
#define INFERD_EMBED(name, file)                                                                                               \
  asm(".section .rodata\n.balign 8\n.globl inferd_page_" #name "\ninferd_page_" #name ":\n.incbin \"" INFERD_PAGE_DIR "/" file \
      "\"\n.globl inferd_page_" #name "_end\ninferd_page_" #name "_end:\n.byte 0\n.previous\n");                               \
  extern "C" const char inferd_page_##name[], inferd_page_##name##_end[];

INFERD_EMBED(index, "index.html")
INFERD_EMBED(style, "style.css")
INFERD_EMBED(app, "app.js")
INFERD_EMBED(charts, "charts.js")
INFERD_EMBED(uplot_js, "vendor/uPlot.iife.min.js")
INFERD_EMBED(uplot_css, "vendor/uPlot.min.css")
INFERD_EMBED(openapi, "openapi.json")

namespace inferd {
namespace {

std::string_view text(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

} // namespace

std::span<const PageFile> page_files() {
  static const PageFile files[] = {
    {"/", "text/html; charset=utf-8", text(inferd_page_index, inferd_page_index_end)},
    {"/style.css", "text/css; charset=utf-8", text(inferd_page_style, inferd_page_style_end)},
    {"/app.js", "text/javascript; charset=utf-8", text(inferd_page_app, inferd_page_app_end)},
    {"/charts.js", "text/javascript; charset=utf-8", text(inferd_page_charts, inferd_page_charts_end)},
    {"/uplot.js", "text/javascript; charset=utf-8", text(inferd_page_uplot_js, inferd_page_uplot_js_end)},
    {"/uplot.css", "text/css; charset=utf-8", text(inferd_page_uplot_css, inferd_page_uplot_css_end)},
    {"/openapi.json", "application/json", text(inferd_page_openapi, inferd_page_openapi_end)},
  };
  return files;
}

} // namespace inferd
