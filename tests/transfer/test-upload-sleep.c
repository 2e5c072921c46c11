/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "backup-maker.h"
#include "fake-operation.h"
#include "mainstay-client-private.h"
#include "mainstay-operations.h"
#include "scene.h"

/* The machine sleeps while an upload runs, and nobody tells it that the portal's end of the
 * connection is gone meanwhile. */

#define FILES_SIZE 10000000

typedef struct
{
  Scene scene;
  GBytes *files;
  MainstayOperation *operation;
  gint64 woken_at; /* monotonic */
} Fixture;

gint64 __real_g_get_real_time (void);
gint64 __wrap_g_get_real_time (void);

/* Seconds: the clock of the day went on meanwhile, the other one did not. */
static int slept; /* atomic */

gint64
__wrap_g_get_real_time (void)
{
  return __real_g_get_real_time () + (gint64) g_atomic_int_get (&slept) * G_USEC_PER_SEC;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *path = NULL;

  scene_set_up (&fixture->scene, NULL);
  fixture->files = make_backup_file (&fixture->scene.scratch, MAINSTAY_FILE_FILES, FILES_SIZE);
  path = scratch_write (&fixture->scene.scratch, "files.tar.gz",
                        g_bytes_get_data (fixture->files, NULL),
                        (gssize) g_bytes_get_size (fixture->files));
  fixture->operation = mainstay_upload_operation_new (fixture->scene.client, fixture->scene.app,
                                                      fixture->scene.environment, NULL, path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_atomic_int_set (&slept, 0);
  g_object_unref (fixture->operation);
  g_bytes_unref (fixture->files);
  scene_tear_down (&fixture->scene, NULL);
}

/* Until it has been without bytes for a while. */
static void
assert_waits (Fixture *fixture)
{
  wait_milliseconds (700);
  g_assert_cmpint (mainstay_operation_get_state (fixture->operation), ==,
                   MAINSTAY_OPERATION_RUNNING);
  g_assert_cmpint (scene_count (&fixture->scene, "HEAD upload"), ==, 0);
  fixture->woken_at = g_get_monotonic_time ();
}

static void
sleep_eight_hours (Fixture *fixture)
{
  assert_waits (fixture);
  g_atomic_int_set (&slept, 8 * 3600);
}

static void
assert_goes_on_at_once (Fixture *fixture)
{
  GByteArray *upload;

  wait_for_end (fixture->operation);
  g_assert_cmpint (g_get_monotonic_time () - fixture->woken_at, <, 10 * G_USEC_PER_SEC);
  g_assert_no_error (mainstay_operation_get_error (fixture->operation));
  g_assert_cmpint (mainstay_operation_get_state (fixture->operation), ==, MAINSTAY_OPERATION_DONE);
  g_assert_cmpint (scene_count (&fixture->scene, "HEAD upload"), ==, 1);
  upload = g_hash_table_lookup (fixture->scene.uploads, "upload 0");
  g_assert_cmpmem (upload->data, upload->len, g_bytes_get_data (fixture->files, NULL),
                   g_bytes_get_size (fixture->files));
}

/* It does not wait for the line's silence to become too long, but asks on another. */
static void
test_sending (Fixture       *fixture,
              gconstpointer  data)
{
  fixture->scene.algorithms = data;
  fixture->scene.silent_at = 2000000;
  mainstay_operation_start (fixture->operation);
  while (fixture->scene.silent_at >= 0)
    g_main_context_iteration (NULL, TRUE);
  sleep_eight_hours (fixture);
  assert_goes_on_at_once (fixture);
  g_assert_cmpuint (mainstay_operation_get_retries (fixture->operation), ==, 0);
}

static void
start_broken (Fixture *fixture)
{
  mainstay_client_set_wait_scale (fixture->scene.client, 1000);
  fixture->scene.break_at = 2000000;
  mainstay_operation_start (fixture->operation);
  while (mainstay_operation_get_trouble (fixture->operation) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* Nor does it go on to wait before the next try. */
static void
test_waiting (Fixture       *fixture,
              gconstpointer  data)
{
  start_broken (fixture);
  sleep_eight_hours (fixture);
  assert_goes_on_at_once (fixture);
}

/* There is a network again, which there may not have been straight after the sleep. */
static void
test_network (Fixture       *fixture,
              gconstpointer  data)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();

  start_broken (fixture);
  g_signal_emit_by_name (monitor, "network-changed", FALSE);
  assert_waits (fixture);
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  assert_goes_on_at_once (fixture);
}

/* Who gives up while nothing is heard does not wait either, and nothing stays at the portal. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  fixture->scene.silent_at = 2000000;
  mainstay_operation_start (fixture->operation);
  while (fixture->scene.silent_at >= 0)
    g_main_context_iteration (NULL, TRUE);
  sleep_eight_hours (fixture);
  mainstay_operation_cancel (fixture->operation);
  wait_for_end (fixture->operation);
  g_assert_cmpint (g_get_monotonic_time () - fixture->woken_at, <, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (mainstay_operation_get_state (fixture->operation), ==,
                   MAINSTAY_OPERATION_CANCELLED);
  for (int i = 0; i < 500 && fixture->scene.n_terminated < 1; i++)
    wait_milliseconds (10);
  g_assert_cmpint (fixture->scene.n_terminated, ==, 1);
}

#define ADD(name, data, function)                                                                \
  g_test_add ("/transfer/upload-sleep/" name, Fixture, data, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sending", NULL, test_sending);
  ADD ("sending-proven", "sha256", test_sending);
  ADD ("waiting", NULL, test_waiting);
  ADD ("network", NULL, test_network);
  ADD ("cancel", NULL, test_cancel);
  return g_test_run ();
}
