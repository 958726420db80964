#include "service_page.h"

static const unsigned char page_html[] = {
#embed "../../assets/service/page.html"
};
static const unsigned char page_css[] = {
#embed "../../assets/service/page.css"
};
static const unsigned char page_js[] = {
#embed "../../assets/service/page.js"
};
static const unsigned char api_js[] = {
#embed "../../assets/service/api.js"
};
static const unsigned char draw_js[] = {
#embed "../../assets/service/draw.js"
};
static const unsigned char files_js[] = {
#embed "../../assets/service/files.js"
};
static const unsigned char live_js[] = {
#embed "../../assets/service/live.js"
};
static const unsigned char openapi_json[] = {
#embed "../../assets/service/openapi.json"
};
static const unsigned char faces_schema_json[] = {
#embed "../../docs/schema/faces.schema.json"
};

static const service_file files[] = {
    {"page.html", page_html, sizeof page_html},
    {"page.css", page_css, sizeof page_css},
    {"page.js", page_js, sizeof page_js},
    {"api.js", api_js, sizeof api_js},
    {"draw.js", draw_js, sizeof draw_js},
    {"files.js", files_js, sizeof files_js},
    {"live.js", live_js, sizeof live_js},
    {"openapi.json", openapi_json, sizeof openapi_json},
    {"faces.schema.json", faces_schema_json, sizeof faces_schema_json},
};

const service_file *const service_files = files;
const size_t service_files_count = sizeof files / sizeof files[0];
