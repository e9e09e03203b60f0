// The checks of types are macros around calls that Swift does not make.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

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

// What is sent with POST; the bytes are copied.
static inline CURLcode civil_curl_set_body(CURL *handle, const void *bytes, size_t length) {
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
  return curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}

// What comes back, piece by piece.
typedef size_t (*civil_curl_writer)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode civil_curl_set_writer(CURL *handle, civil_curl_writer writer, void *context) {
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, writer);
  return curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

// Asked for a socket to an address that was looked up, before anything goes there: CURL_SOCKET_BAD is no.
typedef curl_socket_t (*civil_curl_opener)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode civil_curl_set_opener(CURL *handle, civil_curl_opener opener, void *context) {
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, opener);
  return curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
}

// The bytes of an address of IPv4 or IPv6, in network order: how many there are, 0 for any other kind.
static inline int civil_curl_address(const struct curl_sockaddr *address, unsigned char bytes[16]) {
  const void *start = &address->addr;
  if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
    memcpy(bytes, &((const struct sockaddr_in *)start)->sin_addr, 4);
    return 4;
  }
  if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
    memcpy(bytes, &((const struct sockaddr_in6 *)start)->sin6_addr, 16);
    return 16;
  }
  return 0;
}

static inline curl_socket_t civil_curl_open(const struct curl_sockaddr *address) {
  int type = address->socktype;
#ifdef SOCK_CLOEXEC
  type |= SOCK_CLOEXEC;
#endif
  return socket(address->family, type, address->protocol);
}

static inline long civil_curl_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}
