/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-portal-content-store.h"
#include "mainstay-portal-content-stream.h"
#include "mainstay-portal-crew.h"
#include "mainstay-portal-files.h"

#define N_PARTS 1000
#define BAD_PART 7

typedef struct
{
  int done[N_PARTS]; /* atomic: how often each was */
  gboolean fails;
} Parts;

static gboolean
do_parts (MainstayPortalCrew  *crew,
          gpointer             user_data,
          GError             **error)
{
  Parts *parts = user_data;
  unsigned int position;

  while (mainstay_portal_crew_next (crew, &position))
    {
      g_atomic_int_inc (&parts->done[position]);
      if (!parts->fails || position != BAD_PART)
        continue;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "bad part");
      return FALSE;
    }
  return TRUE;
}

static void
test_share (void)
{
  Parts parts = { { 0 } };
  g_autoptr(GError) error = NULL;

  g_assert_true (mainstay_portal_crew_share ("test", 4, N_PARTS, NULL, do_parts, &parts, &error));
  g_assert_no_error (error);
  for (int i = 0; i < N_PARTS; i++)
    g_assert_cmpint (parts.done[i], ==, 1);
  parts.fails = TRUE;
  g_assert_false (mainstay_portal_crew_share ("test", 1, N_PARTS, NULL, do_parts, &parts, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpint (parts.done[BAD_PART], ==, 2);
  g_assert_cmpint (parts.done[BAD_PART + 1], ==, 1);
}

/* The database's part and the files' of a backup: the one waits for the other's first byte. */
typedef struct
{
  GOutputStream *stream;
  GCancellable *cancellable;
  gboolean fails;
  int has_written; /* atomic */
} Pair;

static gboolean
write_first (MainstayPortalCrew  *crew,
             gpointer             user_data,
             GError             **error)
{
  Pair *pair = user_data;

  g_usleep (G_USEC_PER_SEC / 10);
  if (pair->fails)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
      return FALSE;
    }
  g_atomic_int_set (&pair->has_written, TRUE);
  return g_output_stream_write_all (pair->stream, "row", 3, NULL, NULL, error);
}

static gboolean
wait_for_it (MainstayPortalCrew  *crew,
             gpointer             user_data,
             GError             **error)
{
  Pair *pair = user_data;

  if (!mainstay_portal_content_stream_wait (MAINSTAY_PORTAL_CONTENT_STREAM (pair->stream),
                                            pair->cancellable, error))
    return FALSE;
  g_assert_true (g_atomic_int_get (&pair->has_written));
  return TRUE;
}

static void
run_pair (MainstayPortalContentSession *session,
          gboolean                      fails)
{
  g_autoptr(GOutputStream) stream = mainstay_portal_content_stream_new (session);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  Pair pair = { stream, cancellable, fails };

  g_assert_true (mainstay_portal_crew_beside (cancellable, write_first, wait_for_it, &pair,
                                              &error) == !fails);
  g_assert_true (g_cancellable_is_cancelled (cancellable) == fails);
  if (fails)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  else
    g_assert_no_error (error);
}

static void
test_beside (void)
{
  g_autofree char *folder = g_dir_make_tmp ("mainstay-crew-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;
  MainstayPortalContentStore *store = mainstay_portal_content_store_open (folder, TRUE, &error);
  MainstayPortalContentSession *session;

  g_assert_no_error (error);
  session = mainstay_portal_content_session_new (store);
  run_pair (session, FALSE);
  run_pair (session, TRUE);
  mainstay_portal_content_session_free (session);
  mainstay_portal_content_store_close (store);
  g_assert_true (mainstay_portal_remove_tree (folder, &error));
}

/* Whatever is expected meanwhile, it never goes back, and only the end of all is 1. */
static void
test_meter (void)
{
  MainstayPortalMeter meter = { NULL };
  double last = 0;

  g_assert_cmpfloat (mainstay_portal_meter_get_progress (&meter), <, 0);
  mainstay_portal_meter_expect (&meter, 1000);
  for (int i = 0; i < 40; i++)
    {
      mainstay_portal_meter_add (&meter, 100);
      mainstay_portal_meter_expect (&meter, i % 2 == 0 ? 500 : -300);
      g_assert_cmpfloat (mainstay_portal_meter_get_progress (&meter), >=, last);
      last = mainstay_portal_meter_get_progress (&meter);
      g_assert_cmpfloat (last, <, 1);
    }
  g_assert_cmpfloat (last, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/crew/share", test_share);
  g_test_add_func ("/portal/crew/beside", test_beside);
  g_test_add_func ("/portal/crew/meter", test_meter);
  return g_test_run ();
}
