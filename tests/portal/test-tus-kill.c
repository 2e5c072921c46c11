/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "tus-client.h"

/* The real program, killed with no time for a last word while bodies come in. */

#define KILLS 6
#define SIZE (4 * 1024 * 1024)
/* Far more than the program may have in memory. */
#define LARGE (G_GINT64_CONSTANT (256) * 1024 * 1024)
#define LARGE_CHUNK (1024 * 1024)
#define MOST_MEMORY_KIB (16 * 1024)

static const char *program;

/* Of a period that no block has, so that a piece at the wrong place shows. */
static char
byte_at (gint64 position)
{
  return (char) ('a' + position % 24 + (position / 251) % 3);
}

static char *
make_bytes (gint64 offset,
            gint64 length)
{
  char *bytes = g_malloc ((size_t) length + 1);

  for (gint64 i = 0; i < length; i++)
    bytes[i] = byte_at (offset + i);
  bytes[length] = '\0';
  return bytes;
}

static void
assert_prefix (TestApi    *api,
               const char *path,
               gint64      offset)
{
  g_autofree char *file = g_build_filename (api->directory, "uploads", strrchr (path, '/') + 1,
                                            NULL);
  g_autofree char *data = NULL;
  g_autofree char *expected = make_bytes (0, offset);
  size_t size;

  if (offset == 0)
    return;
  g_assert_true (g_file_get_contents (file, &data, &size, NULL));
  g_assert_cmpint ((gint64) size, >=, offset);
  g_assert_cmpmem (data, offset, expected, offset);
}

/* Begins to send all that is left, and kills the program somewhere on the way. */
static void
send_and_kill (TestApi    *api,
               const char *path,
               gint64      offset)
{
  g_autofree char *bytes = make_bytes (offset, SIZE - offset);
  g_autofree char *more = g_strdup_printf ("Content-Length: %" G_GINT64_FORMAT "\r\n",
                                           SIZE - offset);
  g_autofree char *headers = tus_patch_headers (offset, more);
  g_autofree char *request = test_api_request (api, "PATCH", path, headers, NULL);
  g_autoptr(GSocketConnection) connection = test_api_connect (api->port);

  test_api_write (connection, request, -1);
  test_api_write (connection, bytes, g_random_int_range (1, (int) (SIZE - offset)));
  g_usleep ((gulong) g_random_int_range (0, 50000));
  test_api_kill (api);
}

static void
test_kill (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *whole = make_bytes (0, SIZE);
  g_autofree char *file = NULL;
  g_autofree char *data = NULL;
  g_autoptr(TestReply) reply = NULL;
  gint64 offset = 0;
  size_t size;

  test_api_spawn (api, program, NULL);
  path = tus_create (api, TUS_FILES, SIZE);
  for (int i = 0; i < KILLS && offset < SIZE; i++)
    {
      gint64 before = offset;
      gint64 step = g_random_int_range (1, (int) (SIZE - offset) / 2 + 2);
      g_autofree char *piece = make_bytes (offset, step);
      g_autoptr(TestReply) acknowledged = tus_patch (api, path, offset, "", piece);

      g_assert_cmpuint (acknowledged->status, ==, 204);
      before += step;
      if (before < SIZE - 1)
        {
          send_and_kill (api, path, before);
          test_api_spawn (api, program, NULL);
        }
      offset = tus_get_offset (api, path);
      /* What was acknowledged is there, whatever came after it. */
      g_assert_cmpint (offset, >=, before);
      assert_prefix (api, path, offset);
    }
  rest = make_bytes (offset, SIZE - offset);
  reply = tus_patch (api, path, offset, "", rest);
  g_assert_cmpuint (reply->status, ==, 204);
  file = g_build_filename (api->directory, "uploads", strrchr (path, '/') + 1, NULL);
  g_assert_true (g_file_get_contents (file, &data, &size, NULL));
  g_assert_cmpmem (data, size, whole, SIZE);
}

static gint64
read_memory (TestApi    *api,
             const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status",
                                           g_subprocess_get_identifier (api->program));
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, name);
  return g_ascii_strtoll (line + strlen (name), NULL, 10);
}

/* A large body takes no more of it than a small one. */
static void
test_memory (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = NULL;
  g_autofree char *more = g_strdup_printf ("Content-Length: %" G_GINT64_FORMAT "\r\n", LARGE);
  g_autofree char *headers = tus_patch_headers (0, more);
  g_autofree char *request = NULL;
  g_autofree char *chunk = g_malloc0 (LARGE_CHUNK);
  g_autoptr(GSocketConnection) connection = NULL;
  g_autoptr(TestReply) reply = NULL;
  g_autoptr(TestReply) removed = NULL;
  gint64 before;

  test_api_spawn (api, program, NULL);
  path = tus_create (api, TUS_FILES, LARGE);
  request = test_api_request (api, "PATCH", path, headers, NULL);
  before = read_memory (api, "VmRSS:");
  connection = test_api_connect (api->port);
  test_api_write (connection, request, -1);
  for (gint64 sent = 0; sent < LARGE; sent += LARGE_CHUNK)
    test_api_write (connection, chunk, LARGE_CHUNK);
  reply = test_api_read (connection);
  g_assert_cmpuint (reply->status, ==, 204);
  g_test_message ("%" G_GINT64_FORMAT " KiB before, %" G_GINT64_FORMAT " KiB at most", before,
                  read_memory (api, "VmHWM:"));
  g_assert_cmpint (read_memory (api, "VmHWM:") - before, <, MOST_MEMORY_KIB);
  removed = test_api_call (api, "DELETE", path, TUS, NULL);
  g_assert_cmpuint (removed->status, ==, 204);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  program = argv[1];
  g_test_add_func ("/portal/tus-kill/kill", test_kill);
  g_test_add_func ("/portal/tus-kill/memory", test_memory);
  return g_test_run ();
}
