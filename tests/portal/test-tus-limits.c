/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "mainstay-portal-store.h"
#include "tus-client.h"

/* What a user and the disk have room for. */

ssize_t __real_pwrite64  (int             fd,
                          const void     *bytes,
                          size_t          length,
                          off64_t         offset);
ssize_t __wrap_pwrite64  (int             fd,
                          const void     *bytes,
                          size_t          length,
                          off64_t         offset);
int     __real_statvfs64 (const char         *path,
                          struct statvfs     *info);
int     __wrap_statvfs64 (const char         *path,
                          struct statvfs     *info);

/* The portal's own calls go through here (see meson.build). */
static gint64 disk_ends_at = G_MAXINT64; /* in each file */
static gboolean is_full;                 /* as the disk tells when it is asked */

ssize_t
__wrap_pwrite64 (int         fd,
                 const void *bytes,
                 size_t      length,
                 off64_t     offset)
{
  if (offset >= disk_ends_at)
    {
      errno = ENOSPC;
      return -1;
    }
  /* Short writes, as a disk that is nearly full makes them. */
  return __real_pwrite64 (fd, bytes, MIN (length, (size_t) (disk_ends_at - offset)), offset);
}

int
__wrap_statvfs64 (const char     *path,
                  struct statvfs *info)
{
  int result = __real_statvfs64 (path, info);

  if (is_full)
    info->f_bavail = 0;
  return result;
}

static void
set_quota (TestApi *api,
           gint64   bytes)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (api->portal->database, &error);
  g_autoptr(MainstayPortalUser) ann = NULL;

  g_assert_no_error (error);
  ann = mainstay_portal_store_get_user (tx, "ann@example.com", &error);
  g_assert_no_error (error);
  g_assert_true (mainstay_portal_store_set_quota (tx, ann->id, bytes, &error));
  g_assert_true (mainstay_portal_transaction_commit (tx, &error));
}

static TestReply *
ask_for (TestApi *api,
         gint64   length)
{
  g_autofree char *headers = g_strdup_printf (TUS TUS_FILES "Upload-Length: %" G_GINT64_FORMAT
                                              "\r\n", length);

  return test_api_call (api, "POST", TUS_UPLOADS, headers, NULL);
}

static void
test_quota (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autoptr(TestReply) over = NULL;
  g_autoptr(TestReply) other = NULL;
  g_autoptr(TestReply) removed = NULL;
  g_autoptr(TestReply) raised = NULL;

  set_quota (api, 1000);
  first = tus_create (api, TUS_FILES, 600);
  second = tus_create (api, TUS_FILES, 400);
  over = ask_for (api, 1);
  test_reply_assert_error (over, 413, "QUOTA_EXCEEDED");
  g_assert_nonnull (strstr (test_reply_string (over, "errorMessage"), "1000 bytes"));
  /* Everybody has their own. */
  other = test_api_call_as (api, "ben@example.com", api->ben_key, "POST", TUS_UPLOADS,
                            TUS TUS_FILES "Upload-Length: 5000\r\n", NULL);
  g_assert_cmpuint (other->status, ==, 201);
  removed = test_api_call (api, "DELETE", first, TUS, NULL);
  g_assert_cmpuint (removed->status, ==, 204);
  third = tus_create (api, TUS_FILES, 600);
  /* Expired ones do not count. */
  g_atomic_int_set (&api->seconds_ahead, 30 * 24 * 3600);
  g_free (tus_create (api, TUS_FILES, 1000));
  set_quota (api, -1);
  raised = ask_for (api, 1000000);
  g_assert_cmpuint (raised->status, ==, 201);
}

/* Also where the largest upload is allowed, all of them together are not. */
static void
test_default_quota (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autoptr(TestReply) small = ask_for (api, 1000);
  g_autoptr(TestReply) over = NULL;

  g_assert_cmpuint (small->status, ==, 201);
  set_quota (api, 0);
  over = ask_for (api, 1);
  test_reply_assert_error (over, 413, "QUOTA_EXCEEDED");
}

static void
test_no_room (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *path = tus_create (api, TUS_FILES, 10);
  g_autoptr(TestReply) refused = NULL;
  g_autoptr(TestReply) patched = NULL;
  g_autoptr(TestReply) later = NULL;

  is_full = TRUE;
  refused = ask_for (api, 10);
  test_reply_assert_error (refused, 507, "SERVICE_UNAVAILABLE");
  patched = tus_patch (api, path, 0, "Content-Length: 10\r\n", "helloworld");
  test_reply_assert_error (patched, 507, "SERVICE_UNAVAILABLE");
  g_assert_cmpint (tus_get_offset (api, path), ==, 0);
  is_full = FALSE;
  later = tus_patch (api, path, 0, "", "helloworld");
  g_assert_cmpuint (later->status, ==, 204);
  tus_assert_stored (api, path, "helloworld");
}

/* What the disk took before it was full is kept, and goes on from there when there is room. */
static void
test_full_disk (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *start = g_strnfill (700000, 'a');
  g_autofree char *end = g_strnfill (300000, 'b');
  g_autofree char *whole = g_strconcat (start, end, NULL);
  g_autofree char *path = tus_create (api, TUS_FILES, strlen (whole));
  g_autofree char *rest = NULL;
  g_autoptr(TestReply) full = NULL;
  g_autoptr(TestReply) later = NULL;
  gint64 offset;

  disk_ends_at = 500000;
  full = tus_patch (api, path, 0, "", whole);
  disk_ends_at = G_MAXINT64;
  test_reply_assert_error (full, 507, "SERVICE_UNAVAILABLE");
  offset = tus_get_offset (api, path);
  g_assert_cmpint (offset, ==, 500000);
  rest = g_strdup (whole + offset);
  later = tus_patch (api, path, offset, "", rest);
  g_assert_cmpuint (later->status, ==, 204);
  tus_assert_stored (api, path, whole);
}

/* What was to be proven is not kept in part. */
static void
test_full_disk_checksum (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *body = g_strnfill (700000, 'a');
  g_autofree char *checksum = tus_checksum_header ("sha256", body);
  g_autofree char *path = tus_create (api, TUS_FILES, strlen (body));
  g_autoptr(TestReply) full = NULL;
  g_autoptr(TestReply) later = NULL;

  disk_ends_at = 500000;
  full = tus_patch (api, path, 0, checksum, body);
  disk_ends_at = G_MAXINT64;
  test_reply_assert_error (full, 507, "SERVICE_UNAVAILABLE");
  g_assert_cmpint (tus_get_offset (api, path), ==, 0);
  later = tus_patch (api, path, 0, checksum, body);
  g_assert_cmpuint (later->status, ==, 204);
  tus_assert_stored (api, path, body);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/tus-limits/quota", test_quota);
  g_test_add_func ("/portal/tus-limits/default-quota", test_default_quota);
  g_test_add_func ("/portal/tus-limits/no-room", test_no_room);
  g_test_add_func ("/portal/tus-limits/full-disk", test_full_disk);
  g_test_add_func ("/portal/tus-limits/full-disk-checksum", test_full_disk_checksum);
  return g_test_run ();
}
