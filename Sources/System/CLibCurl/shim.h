// The checks of types are macros around calls that Swift does not make.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take any number of arguments, which Swift cannot call.

static inline CURLcode civil_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode civil_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode civil_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

// What is sent, piece by piece.
typedef size_t (*civil_curl_reader)(char *buffer, size_t size, size_t count, void *context);

static inline CURLcode civil_curl_set_reader(CURL *handle, civil_curl_reader reader, void *context) {
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, reader);
  return curl_easy_setopt(handle, CURLOPT_READDATA, context);
}

// Asked about once a second, and whenever something happens, whether to go on: 0 is yes.
typedef int (*civil_curl_question)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode civil_curl_set_question(CURL *handle, civil_curl_question question, void *context) {
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, question);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
  return curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

// Everything that is said on the connection, both ways.
typedef int (*civil_curl_listener)(CURL *handle, curl_infotype type, char *text, size_t length, void *context);

static inline CURLcode civil_curl_set_listener(CURL *handle, civil_curl_listener listener, void *context) {
  curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, listener);
  curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context);
  return curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
}
