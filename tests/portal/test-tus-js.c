/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib/gstdio.h>
#include <string.h>

#include "tus-client.h"

/* The real program, and tus-js-client, which was not written for it. */

#define FILE_SIZE (5 * 1024 * 1024 + 123)
#define CHUNK (512 * 1024)       /* as in client.mjs */
#define CHUNKS_BEFORE_BREAK 3
/* filename "données.tar.gz", kind "files" */
#define METADATA "filename ZG9ubsOpZXMudGFyLmd6,kind ZmlsZXM="

static const char *program;
static const char *node;
static const char *script;
static const char *client_folder;

typedef struct
{
  TestApi *api;
  char *folder;
  char *file;     /* a files archive */
  char *memory;   /* of the client */
  char *endpoint;
  GBytes *bytes;  /* of the file */
} Client;

static void
client_init (Client *self)
{
  g_autofree char *snapshot = NULL;
  g_autofree char *link = NULL;
  g_autoptr(TestReply) archive = NULL;

  self->api = test_api_new_idle ();
  test_api_add_file (self->api, FILE_SIZE);
  test_api_spawn (self->api, program, NULL);
  snapshot = test_api_make_backup (self->api, self->api->test);
  link = test_api_make_link (self->api, self->api->test, snapshot, "files_only");
  archive = test_api_call_as (self->api, NULL, NULL, "GET", link, NULL, NULL);
  g_assert_cmpuint (archive->status, ==, 200);
  self->bytes = g_bytes_ref (archive->body);
  g_assert_cmpuint (g_bytes_get_size (self->bytes), >=, FILE_SIZE);
  self->folder = g_dir_make_tmp ("mainstay-tus-js-XXXXXX", NULL);
  self->file = g_build_filename (self->folder, "files.tar.gz", NULL);
  self->memory = g_build_filename (self->folder, "uploads.json", NULL);
  self->endpoint = g_strdup_printf ("http://127.0.0.1:%u" TUS_UPLOADS, self->api->port);
  g_assert_true (g_file_set_contents (self->file, g_bytes_get_data (self->bytes, NULL),
                                      (gssize) g_bytes_get_size (self->bytes), NULL));
}

static void
client_clear (Client *self)
{
  g_remove (self->file);
  g_remove (self->memory);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->memory, g_free);
  g_clear_pointer (&self->endpoint, g_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->api, test_api_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Client, client_clear)

static GSubprocess *
start (Client     *self,
       const char *action,
       const char *url)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_unsetenv (launcher, "MALLOC_PERTURB_");
  g_subprocess_launcher_unsetenv (launcher, "MALLOC_CHECK_");
  g_subprocess_launcher_setenv (launcher, "MAINSTAY_USERNAME", "ann@example.com", TRUE);
  g_subprocess_launcher_setenv (launcher, "MAINSTAY_API_KEY", self->api->ann_key, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, node, script, client_folder, action,
                                         url, self->file, self->memory, NULL);
  g_assert_no_error (error);
  return process;
}

/* Returns: (transfer full): all that it says */
static char *
run (Client     *self,
     const char *action,
     const char *url)
{
  g_autoptr(GSubprocess) process = start (self, action, url);
  g_autoptr(GError) error = NULL;
  char *output = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s: %s", action, output);
  g_assert_true (g_subprocess_get_successful (process));
  return output;
}

/* What it says in the end. Returns: (transfer full): the path of the upload */
static char *
get_upload (Client     *self,
            const char *output,
            const char *word)
{
  g_autofree char *pattern = g_strdup_printf ("(?:^|\\n)%s %s(/[^/\\s]+)\\n$", word,
                                              self->endpoint);
  g_autoptr(GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *id = NULL;

  g_assert_true (g_regex_match (regex, output, 0, &match));
  id = g_match_info_fetch (match, 1);
  return g_strconcat (TUS_UPLOADS, id, NULL);
}

static char *
dup_stored (Client     *self,
            const char *path)
{
  return g_build_filename (self->api->directory, "uploads", strrchr (path, '/') + 1, NULL);
}

static void
assert_stored (Client     *self,
               const char *path)
{
  g_autofree char *stored = dup_stored (self, path);
  g_autofree char *data = NULL;
  size_t size;

  g_assert_true (g_file_get_contents (stored, &data, &size, NULL));
  g_assert_cmpmem (data, size, g_bytes_get_data (self->bytes, NULL),
                   g_bytes_get_size (self->bytes));
}

/* Appends the answers to all chunks from @offset on, each taken at the first try. */
static void
append_patches (Client  *self,
                GString *text,
                size_t   offset)
{
  size_t size = g_bytes_get_size (self->bytes);

  while (offset < size)
    {
      offset = MIN (offset + CHUNK, size);
      g_string_append_printf (text, "PATCH 204 %" G_GSIZE_FORMAT "\n", offset);
    }
}

static void
assert_whole (Client     *self,
              const char *output,
              const char *created,
              size_t      offset)
{
  g_autofree char *path = get_upload (self, output, "done");
  g_autoptr(GString) expected = g_string_new (created);

  append_patches (self, expected, offset);
  g_string_append_printf (expected, "done http://127.0.0.1:%u%s\n", self->api->port, path);
  g_assert_cmpstr (output, ==, expected->str);
  assert_stored (self, path);
}

/* What went up is then loaded into another app's environment. */
static void
assert_loads (Client     *self,
              const char *upload)
{
  TestApi *api = self->api;
  g_autofree char *path = test_api_path (api->desk, api->desk_test, "/data-uploads");
  g_autofree char *body = g_strdup_printf ("{\"database\": null, \"files\": \"%s\"}",
                                           strrchr (upload, '/') + 1);
  g_autoptr(TestReply) job = test_api_call (api, "POST", path, NULL, body);
  g_autofree char *status_path = NULL;
  g_autoptr(TestReply) done = NULL;

  g_assert_cmpuint (job->status, ==, 200);
  status_path = g_strconcat (path, "/", test_reply_string (job, "data_upload_id"), NULL);
  done = test_api_follow (api, status_path);
  g_assert_cmpstr (test_reply_string (done, "state"), ==, "completed");
  {
    const char *name = "ab/cd/abcdabcd-0000-4000-8000-000000000000";
    g_autofree char *from = test_api_dup_files (api, api->test);
    g_autofree char *from_file = g_build_filename (from, name, NULL);
    g_autofree char *to = test_api_dup_files (api, api->desk_test);
    g_autofree char *to_file = g_build_filename (to, name, NULL);
    g_autofree char *sent = NULL;
    g_autofree char *loaded = NULL;
    size_t sent_size;
    size_t loaded_size;

    g_assert_true (g_file_get_contents (from_file, &sent, &sent_size, NULL));
    g_assert_true (g_file_get_contents (to_file, &loaded, &loaded_size, NULL));
    g_assert_cmpmem (loaded, loaded_size, sent, sent_size);
  }
}

static void
test_upload (void)
{
  g_auto(Client) self = { NULL };
  g_autofree char *output = NULL;
  g_autofree char *path = NULL;
  g_autoptr(TestReply) head = NULL;

  client_init (&self);
  output = run (&self, "upload", self.endpoint);
  assert_whole (&self, output, "POST 201 0\n", 0);
  path = get_upload (&self, output, "done");
  head = test_api_call (self.api, "HEAD", path, TUS, NULL);
  g_assert_cmpstr (test_reply_header (head, "upload-metadata"), ==, METADATA);
  assert_loads (&self, path);
}

static void
test_upload_data_during_creation (void)
{
  g_auto(Client) self = { NULL };
  g_autofree char *output = NULL;
  g_autofree char *created = g_strdup_printf ("POST 201 %d\n", CHUNK);

  client_init (&self);
  output = run (&self, "uploadDataDuringCreation", self.endpoint);
  assert_whole (&self, output, created, CHUNK);
}

/* Leaves an upload amid a chunk. Returns: (transfer full): its path */
static char *
leave (Client *self,
       gint64 *offset)
{
  g_autofree char *output = run (self, "abort", self->endpoint);
  char *path = get_upload (self, output, "left");

  /* What the portal was sent of the chunk it keeps, once it has seen the connection end. */
  do
    {
      g_usleep (5000);
      *offset = tus_get_offset (self->api, path);
    }
  while (*offset % CHUNK == 0);
  g_assert_cmpint (*offset, >, CHUNKS_BEFORE_BREAK * CHUNK);
  g_assert_cmpint (*offset, <, (gint64) g_bytes_get_size (self->bytes));
  return path;
}

static void
check_resume (const char *action,
              const char *found,
              gboolean    by_url)
{
  g_auto(Client) self = { NULL };
  g_autofree char *path = NULL;
  g_autofree char *url = NULL;
  g_autofree char *output = NULL;
  g_autofree char *begin = NULL;
  g_autofree char *again = NULL;
  gint64 offset;

  client_init (&self);
  path = leave (&self, &offset);
  url = g_strdup_printf ("http://127.0.0.1:%u%s", self.api->port, path);
  output = run (&self, action, by_url ? url : self.endpoint);
  again = get_upload (&self, output, "done");
  g_assert_cmpstr (again, ==, path);
  begin = g_strdup_printf ("%sHEAD 200 %" G_GINT64_FORMAT "\n", found, offset);
  assert_whole (&self, output, begin, (size_t) offset);
}

static void
test_find_previous_uploads (void)
{
  check_resume ("findPreviousUploads", "found 1\n", FALSE);
}

static void
test_upload_url (void)
{
  check_resume ("uploadUrl", "", TRUE);
}

static void
assert_gone (Client     *self,
             const char *path)
{
  g_autofree char *stored = dup_stored (self, path);
  g_autoptr(TestReply) reply = test_api_call (self->api, "HEAD", path, TUS, NULL);

  g_assert_cmpuint (reply->status, ==, 404);
  g_assert_false (g_file_test (stored, G_FILE_TEST_EXISTS));
}

static void
test_terminate (void)
{
  g_auto(Client) self = { NULL };
  g_autofree char *output = NULL;
  g_autofree char *path = NULL;
  g_autofree char *stored = NULL;
  g_autofree char *url = NULL;
  g_autofree char *terminated = NULL;
  g_autofree char *cancelled = NULL;
  g_autofree char *cancelled_path = NULL;
  g_autofree char *expected = NULL;

  client_init (&self);
  output = run (&self, "upload", self.endpoint);
  path = get_upload (&self, output, "done");
  stored = dup_stored (&self, path);
  g_assert_true (g_file_test (stored, G_FILE_TEST_EXISTS));
  url = g_strdup_printf ("http://127.0.0.1:%u%s", self.api->port, path);
  terminated = run (&self, "terminate", url);
  expected = g_strdup_printf ("DELETE 204 -\nleft %s\n", url);
  g_assert_cmpstr (terminated, ==, expected);
  assert_gone (&self, path);
  /* Here the portal may still be writing what came before. */
  cancelled = run (&self, "abortAndTerminate", self.endpoint);
  g_assert_nonnull (strstr (cancelled, "DELETE 204 -\nleft "));
  cancelled_path = get_upload (&self, cancelled, "left");
  assert_gone (&self, cancelled_path);
}

static void
read_until (GDataInputStream *input,
            GString          *output,
            const char       *word)
{
  g_autofree char *line = NULL;

  do
    {
      g_clear_pointer (&line, g_free);
      line = g_data_input_stream_read_line_utf8 (input, NULL, NULL, NULL);
      g_assert_nonnull (line);
      g_string_append_printf (output, "%s\n", line);
    }
  while (!g_str_has_prefix (line, word));
}

/* The portal is killed amid a chunk, and starts again. */
static void
test_portal_killed (void)
{
  g_auto(Client) self = { NULL };
  g_autofree char *address = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GDataInputStream) input = NULL;
  g_autoptr(GString) output = g_string_new (NULL);
  g_autofree char *path = NULL;

  client_init (&self);
  address = g_strdup_printf ("127.0.0.1:%u", self.api->port);
  process = start (&self, "hold", self.endpoint);
  input = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  read_until (input, output, "holding");
  test_api_kill (self.api);
  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (process), "\n", 1, NULL,
                                            NULL, NULL));
  read_until (input, output, "broken");
  test_api_spawn (self.api, program, (const char *[]) { "--listen", address, NULL });
  read_until (input, output, "done");
  g_test_message ("%s", output->str);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  path = get_upload (&self, output->str, "done");
  /* It went on with the upload it had, and made no other. */
  g_assert_nonnull (strstr (output->str, "\nHEAD 200 "));
  g_assert_null (strstr (output->str + 1, "POST"));
  assert_stored (&self, path);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *client = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 5);
  program = argv[1];
  node = argv[2];
  script = argv[3];
  client_folder = argv[4];
  client = g_build_filename (client_folder, "node_modules", "tus-js-client", NULL);
  if (!g_file_test (client, G_FILE_TEST_IS_DIR))
    {
      g_print ("Bail out! There is no tus-js-client in %s. ./dev test fetches it from the npm"
               " registry, which has to be within reach once.\n", client_folder);
      return 1;
    }
  g_test_add_func ("/portal/tus-js/upload", test_upload);
  g_test_add_func ("/portal/tus-js/upload-data-during-creation", test_upload_data_during_creation);
  g_test_add_func ("/portal/tus-js/find-previous-uploads", test_find_previous_uploads);
  g_test_add_func ("/portal/tus-js/upload-url", test_upload_url);
  g_test_add_func ("/portal/tus-js/terminate", test_terminate);
  g_test_add_func ("/portal/tus-js/portal-killed", test_portal_killed);
  return g_test_run ();
}
