/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "mainstay-json.h"
#include "test-api-fixture.h"

/* Archive links, as download managers use them (portal-api.md, part 2). */

#define BIG_FILE_SIZE (24 * 1024 * 1024)
#define BREAK_AT (1024 * 1024)

typedef struct
{
  TestApi *api;
  char *link;    /* the path of it */
  GBytes *bytes; /* the whole archive */
} Link;

/* The file is random, so that a wrong part of the archive cannot be mistaken for a right one. */
static void
link_init (Link *self)
{
  g_autofree char *id = NULL;
  g_autoptr(TestReply) whole = NULL;

  self->api = test_api_new ();
  test_api_add_file (self->api, BIG_FILE_SIZE);
  id = test_api_make_backup (self->api, self->api->test);
  self->link = test_api_make_link (self->api, self->api->test, id, "files_and_database");
  whole = test_api_call_as (self->api, NULL, NULL, "GET", self->link, NULL, NULL);
  g_assert_cmpuint (whole->status, ==, 200);
  self->bytes = g_bytes_ref (whole->body);
  g_assert_cmpuint (g_bytes_get_size (self->bytes), >, BIG_FILE_SIZE);
}

static void
link_clear (Link *self)
{
  g_clear_pointer (&self->link, g_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->api, test_api_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Link, link_clear)

static TestReply *
get (Link       *self,
     const char *headers)
{
  return test_api_call_as (self->api, NULL, NULL, "GET", self->link, headers, NULL);
}

static void
assert_part (Link      *self,
             TestReply *reply,
             size_t     offset,
             size_t     length)
{
  g_autoptr(GBytes) part = g_bytes_new_from_bytes (self->bytes, offset, length);
  g_autofree char *range = g_strdup_printf (
    "bytes %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT, offset, offset + length - 1,
    g_bytes_get_size (self->bytes));

  g_assert_cmpuint (reply->status, ==, 206);
  g_assert_cmpstr (test_reply_header (reply, "content-range"), ==, range);
  g_assert_cmpint (atoll (test_reply_header (reply, "content-length")), ==, (gint64) length);
  g_assert_true (g_bytes_equal (reply->body, part));
}

static void
assert_whole (Link      *self,
              TestReply *reply)
{
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_null (test_reply_header (reply, "content-range"));
  g_assert_true (g_bytes_equal (reply->body, self->bytes));
}

static void
test_headers (void)
{
  g_auto(Link) self = { NULL };
  g_autoptr(TestReply) head = NULL;
  g_autoptr(TestReply) with_key = NULL;
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *digest = NULL;
  g_autofree char *repr_digest = NULL;
  guint8 sum[32];
  size_t length = sizeof sum;
  const char *disposition;

  link_init (&self);
  g_checksum_update (checksum, g_bytes_get_data (self.bytes, NULL),
                     (gssize) g_bytes_get_size (self.bytes));
  g_checksum_get_digest (checksum, sum, &length);
  digest = g_base64_encode (sum, length);
  repr_digest = g_strdup_printf ("sha-256=:%s:", digest);
  head = test_api_call_as (self.api, NULL, NULL, "HEAD", self.link, "Range: bytes=0-1\r\n", NULL);
  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpuint (g_bytes_get_size (head->body), ==, 0);
  g_assert_cmpint (atoll (test_reply_header (head, "content-length")), ==,
                   (gint64) g_bytes_get_size (self.bytes));
  g_assert_cmpstr (test_reply_header (head, "accept-ranges"), ==, "bytes");
  g_assert_cmpstr (test_reply_header (head, "repr-digest"), ==, repr_digest);
  g_assert_cmpstr (test_reply_header (head, "content-type"), ==, "application/gzip");
  g_assert_true (g_regex_match_simple ("^\"[^\"]+\"$", test_reply_header (head, "etag"), 0, 0));
  disposition = test_reply_header (head, "content-disposition");
  g_assert_true (g_regex_match_simple (
    "^attachment; filename=\"files_and_database-[0-9a-f]{8}-\\d{12}\\.tar\\.gz\"$", disposition, 0,
    0));
  with_key = test_api_call (self.api, "GET", self.link, NULL, NULL);
  assert_whole (&self, with_key);
}

static void
test_parts (void)
{
  g_auto(Link) self = { NULL };
  g_autoptr(TestReply) probe = NULL;
  g_autoptr(TestReply) middle = NULL;
  g_autoptr(TestReply) end = NULL;
  g_autoptr(TestReply) suffix = NULL;
  g_autoptr(TestReply) several = NULL;
  g_autoptr(TestReply) behind = NULL;
  g_autofree char *behind_header = NULL;
  g_autofree char *behind_range = NULL;
  size_t size;

  link_init (&self);
  size = g_bytes_get_size (self.bytes);
  probe = get (&self, "Range: bytes=0-0\r\n");
  assert_part (&self, probe, 0, 1);
  middle = get (&self, "range: bytes=1000000-3000000\r\n");
  assert_part (&self, middle, 1000000, 2000001);
  end = get (&self, "Range: bytes=20000000-\r\n");
  assert_part (&self, end, 20000000, size - 20000000);
  suffix = get (&self, "Range: bytes=-100\r\n");
  assert_part (&self, suffix, size - 100, 100);
  several = get (&self, "Range: bytes=0-1,5-6\r\n");
  assert_whole (&self, several);
  behind_header = g_strdup_printf ("Range: bytes=%" G_GSIZE_FORMAT "-\r\n", size);
  behind = get (&self, behind_header);
  behind_range = g_strdup_printf ("bytes */%" G_GSIZE_FORMAT, size);
  test_reply_assert_error (behind, 416, "INVALID_PARAMETERS");
  g_assert_cmpstr (test_reply_header (behind, "content-range"), ==, behind_range);
}

static void
test_conditions (void)
{
  g_auto(Link) self = { NULL };
  g_autoptr(TestReply) head = NULL;
  g_autofree char *same = NULL;
  g_autofree char *none = NULL;
  const char *etag;
  g_autoptr(TestReply) same_reply = NULL;
  g_autoptr(TestReply) other = NULL;
  g_autoptr(TestReply) date = NULL;
  g_autoptr(TestReply) known = NULL;
  g_autoptr(TestReply) changed = NULL;

  link_init (&self);
  head = test_api_call_as (self.api, NULL, NULL, "HEAD", self.link, NULL, NULL);
  etag = test_reply_header (head, "etag");
  same = g_strdup_printf ("Range: bytes=5-9\r\nIf-Range: %s\r\n", etag);
  same_reply = get (&self, same);
  assert_part (&self, same_reply, 5, 5);
  other = get (&self, "Range: bytes=5-9\r\nIf-Range: \"other\"\r\n");
  assert_whole (&self, other);
  date = get (&self, "Range: bytes=5-9\r\nIf-Range: Mon, 23 Nov 2026 06:00:00 GMT\r\n");
  assert_whole (&self, date);
  none = g_strdup_printf ("If-None-Match: %s\r\n", etag);
  known = get (&self, none);
  g_assert_cmpuint (known->status, ==, 304);
  g_assert_cmpuint (g_bytes_get_size (known->body), ==, 0);
  changed = get (&self, "If-Match: \"other\"\r\n");
  g_assert_cmpuint (changed->status, ==, 412);
}

static void
test_bad_links (void)
{
  g_auto(Link) self = { NULL };
  g_autoptr(TestReply) unknown = NULL;
  g_autoptr(TestReply) wrong = NULL;
  g_autoptr(TestReply) expired = NULL;
  g_autoptr(TestReply) posted = NULL;
  g_autofree char *changed = NULL;

  link_init (&self);
  unknown = test_api_call_as (self.api, NULL, NULL, "GET", "/archives/abc/x.tar.gz", NULL, NULL);
  test_reply_assert_error (unknown, 403, "NO_ACCESS");
  changed = g_strdup (self.link);
  changed[strlen ("/archives/")] = changed[strlen ("/archives/")] == 'a' ? 'b' : 'a';
  wrong = test_api_call_as (self.api, NULL, NULL, "GET", changed, NULL, NULL);
  test_reply_assert_error (wrong, 403, "NO_ACCESS");
  posted = test_api_call_as (self.api, NULL, NULL, "POST", self.link, NULL, "x");
  test_reply_assert_error (posted, 405, "INVALID_PARAMETERS");
  g_atomic_int_set (&self.api->seconds_ahead, 8 * 3600 + 60);
  expired = get (&self, NULL);
  test_reply_assert_error (expired, 410, "LINK_EXPIRED");
}

/* The archive is removed while somebody downloads it slowly. */
static void
test_removed_meanwhile (void)
{
  g_auto(Link) self = { NULL };
  g_autoptr(GSocketConnection) connection = NULL;
  g_autoptr(TestReply) start = NULL;
  g_autoptr(TestReply) gone = NULL;
  g_autofree char *request = NULL;
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  GInputStream *stream;
  guint8 buffer[65536];
  size_t n;

  link_init (&self);
  request = test_api_request (self.api, "GET", self.link, NULL, NULL);
  connection = test_api_connect (self.api->port);
  test_api_write (connection, request, -1);
  start = test_api_read_headers (connection);
  g_assert_cmpuint (start->status, ==, 200);
  g_atomic_int_set (&self.api->seconds_ahead, 9 * 3600);
  mainstay_portal_expire (self.api->portal);
  gone = get (&self, NULL);
  g_assert_cmpuint (gone->status, !=, 200);
  g_byte_array_append (bytes, g_bytes_get_data (start->body, NULL),
                       (unsigned int) g_bytes_get_size (start->body));
  stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  while (g_input_stream_read_all (stream, buffer, sizeof buffer, &n, NULL, NULL) && n > 0)
    g_byte_array_append (bytes, buffer, (unsigned int) n);
  g_assert_cmpuint (bytes->len, ==, g_bytes_get_size (self.bytes));
  g_assert_cmpint (memcmp (bytes->data, g_bytes_get_data (self.bytes, NULL), bytes->len), ==, 0);
}

static GSubprocess *
start_download (const char         *folder,
                const char *const  *arguments)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr(GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_cwd (launcher, folder);
  g_subprocess_launcher_unsetenv (launcher, "MALLOC_PERTURB_");
  process = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  g_assert_no_error (error);
  return process;
}

static void
assert_download (Link               *self,
                 const char         *folder,
                 const char *const  *arguments)
{
  g_autoptr(GSubprocess) process = start_download (folder, arguments);
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *data = NULL;
  size_t size;

  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_cmpuint (size, ==, g_bytes_get_size (self->bytes));
  g_assert_cmpint (memcmp (data, g_bytes_get_data (self->bytes, NULL), size), ==, 0);
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* Ends it by @end_signal once some of the file is on the disk, and not all: the program is told to
 * be slow. */
static void
break_download (Link               *self,
                const char         *folder,
                const char *const  *arguments,
                int                 end_signal)
{
  g_autoptr(GSubprocess) process = start_download (folder, arguments);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  struct stat info = { 0 };

  while (g_stat (path, &info) != 0 || (gint64) info.st_blocks * 512 < BREAK_AT)
    {
      g_assert_nonnull (g_subprocess_get_identifier (process));
      g_usleep (5000);
    }
  g_subprocess_send_signal (process, end_signal);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_false (g_subprocess_get_successful (process));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint ((gint64) info.st_blocks * 512, <, BIG_FILE_SIZE);
}

/* What a person did is noted once, however many requests a program makes of it. */
static int
count_noted (Link *self)
{
  g_autofree char *path = test_api_path (self->api->shop, self->api->test, "/activity");
  g_autoptr(TestReply) reply = test_api_call (self->api, "GET", path, NULL, NULL);
  JsonArray *entries = mainstay_json_get_array (test_reply_object (reply), "entries");
  int count = 0;

  for (unsigned int i = 0; i < json_array_get_length (entries); i++)
    if (strcmp (mainstay_json_get_string (json_array_get_object_element (entries, i), "kind"),
                "download") == 0)
      count++;
  return count;
}

/* The existing programs. Each is broken off, and goes on where it was: had curl or wget begun anew,
 * that would be noted as another download, and aria2 is told to fail rather than begin anew. */

typedef struct
{
  Link link;
  char *folder;
  char *url;
} Manager;

static void
manager_init (Manager *self)
{
  link_init (&self->link);
  self->folder = g_dir_make_tmp ("mainstay-downloads-XXXXXX", NULL);
  self->url = g_strdup_printf ("http://127.0.0.1:%u%s", self->link.api->port, self->link.link);
  g_assert_cmpint (count_noted (&self->link), ==, 1);
}

static void
manager_clear (Manager *self)
{
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->url, g_free);
  link_clear (&self->link);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Manager, manager_clear)

static void
test_curl (void)
{
  g_auto(Manager) self = { 0 };

  manager_init (&self);
  break_download (&self.link, self.folder,
                  (const char *[]) { "curl", "-sS", "-f", "--limit-rate", "8M", "-o", "file",
                                     self.url, NULL }, SIGKILL);
  g_assert_cmpint (count_noted (&self.link), ==, 2);
  assert_download (&self.link, self.folder,
                   (const char *[]) { "curl", "-sS", "-f", "-C", "-", "-o", "file", self.url,
                                      NULL });
  g_assert_cmpint (count_noted (&self.link), ==, 2);
}

static void
test_wget (void)
{
  g_auto(Manager) self = { 0 };

  manager_init (&self);
  break_download (&self.link, self.folder,
                  (const char *[]) { "wget", "-q", "--limit-rate=8m", "-O", "file", self.url,
                                     NULL }, SIGKILL);
  g_assert_cmpint (count_noted (&self.link), ==, 2);
  assert_download (&self.link, self.folder,
                   (const char *[]) { "wget", "-q", "--continue", "-O", "file", self.url, NULL });
  g_assert_cmpint (count_noted (&self.link), ==, 2);
}

#define ARIA2 "aria2c", "-q", "--no-conf", "--continue", "--always-resume", "-x8", "-s8", "-k1M", \
              "--file-allocation=none", "--disk-cache=0", "-o", "file"

static void
test_aria2 (void)
{
  g_auto(Manager) self = { 0 };
  g_autofree char *state = NULL;
  int noted;

  manager_init (&self);
  state = g_build_filename (self.folder, "file.aria2", NULL);
  break_download (&self.link, self.folder,
                  (const char *[]) { ARIA2, "--max-overall-download-limit=8M", self.url, NULL },
                  SIGTERM);
  g_assert_true (g_file_test (state, G_FILE_TEST_EXISTS));
  g_assert_cmpint (count_noted (&self.link), ==, 2);
  assert_download (&self.link, self.folder, (const char *[]) { ARIA2, self.url, NULL });
  g_assert_false (g_file_test (state, G_FILE_TEST_EXISTS));
  /* And in one go. */
  noted = count_noted (&self.link);
  assert_download (&self.link, self.folder, (const char *[]) { ARIA2, self.url, NULL });
  g_assert_cmpint (count_noted (&self.link), ==, noted + 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/link/headers", test_headers);
  g_test_add_func ("/portal/link/parts", test_parts);
  g_test_add_func ("/portal/link/conditions", test_conditions);
  g_test_add_func ("/portal/link/bad-links", test_bad_links);
  g_test_add_func ("/portal/link/removed-meanwhile", test_removed_meanwhile);
  g_test_add_func ("/portal/link/curl", test_curl);
  g_test_add_func ("/portal/link/wget", test_wget);
  g_test_add_func ("/portal/link/aria2", test_aria2);
  return g_test_run ();
}
