/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "fake-operation.h"
#include "mainstay-error.h"
#include "mainstay-operations.h"
#include "scene.h"

static void
run (MainstayOperation *operation)
{
  mainstay_operation_start (operation);
  wait_for_end (operation);
}

static void
assert_failed (MainstayOperation *operation,
               MainstayError      code,
               const char        *words)
{
  const GError *error = mainstay_operation_get_error (operation);

  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_FAILED);
  g_assert_error (error, MAINSTAY_ERROR, (int) code);
  if (words != NULL)
    g_assert_nonnull (strstr (error->message, words));
  g_assert_cmpfloat (mainstay_operation_get_progress (operation), <, 1);
}

static void
assert_done (MainstayOperation *operation)
{
  g_assert_no_error (mainstay_operation_get_error (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
}

static void
step_changed_cb (MainstayOperation *operation,
                 GParamSpec        *pspec,
                 gpointer           user_data)
{
  if (mainstay_operation_get_step (operation) == MAINSTAY_STEP_RESTORING)
    *(gboolean *) user_data = TRUE;
}

/* Lets the main loop go on until @line was requested. */
static void
wait_for_request (Scene      *scene,
                  const char *line)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (scene_count (scene, line) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_create (Scene         *scene,
             gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = mainstay_create_operation_new (scene->list, "Mine");
  g_autoptr(MainstayBackup) row = NULL;

  g_assert_cmpint (mainstay_operation_get_kind (operation), ==, MAINSTAY_OPERATION_CREATE);
  mainstay_operation_start (operation);
  g_assert_cmpint (mainstay_operation_get_step (operation), ==, MAINSTAY_STEP_CREATING);
  while (g_list_model_get_n_items (G_LIST_MODEL (scene->list)) == 0)
    g_main_context_iteration (NULL, TRUE);
  /* The row is there before its job has ended. */
  g_assert_true (mainstay_operation_is_active (operation));
  row = g_list_model_get_item (G_LIST_MODEL (scene->list), 0);
  g_assert_cmpint (mainstay_backup_get_state (row), ==, MAINSTAY_JOB_QUEUED);
  wait_for_end (operation);
  assert_done (operation);
  g_assert_true (mainstay_operation_get_backup (operation) == row);
  g_assert_cmpint (mainstay_backup_get_state (row), ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (scene->list)), ==, 1);
  g_assert_cmpint (scene_count (scene, "POST /snapshots"), ==, 1);
  g_assert_cmpstr (g_ptr_array_index (scene->comments, 0), ==, "Mine");
  /* Asked once by the list for each answer, and by nobody else. */
  g_assert_cmpint (scene_count (scene, "GET /snapshots/job-0"), ==, 2);
}

static void
test_create_fails (Scene         *scene,
                   gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = mainstay_create_operation_new (scene->list, NULL);

  scene->backup_fails = "The disk is full";
  run (operation);
  assert_failed (operation, MAINSTAY_ERROR_JOB_FAILED, "The disk is full");
  g_assert_cmpint (mainstay_backup_get_state (mainstay_operation_get_backup (operation)), ==,
                   MAINSTAY_JOB_FAILED);
}

static void
test_create_refused (Scene         *scene,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = mainstay_create_operation_new (scene->list, NULL);

  scene->refuse = "NO_ACCESS";
  run (operation);
  assert_failed (operation, MAINSTAY_ERROR_NO_ACCESS, NULL);
  g_assert_null (mainstay_operation_get_backup (operation));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (scene->list)), ==, 0);
}

static void
test_create_deleted (Scene         *scene,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = mainstay_create_operation_new (scene->list, NULL);

  scene->never_ends = TRUE;
  mainstay_operation_start (operation);
  wait_for_request (scene, "GET /snapshots/job-0");
  g_assert_false (mainstay_operation_can_cancel (operation));
  mainstay_backup_list_remove (scene->list, "job-0");
  wait_for_end (operation);
  assert_failed (operation, MAINSTAY_ERROR_NOT_FOUND, NULL);
}

static MainstayOperation *
new_restore (Scene    *scene,
             gboolean  safety,
             gboolean  with_list)
{
  MainstayRestoreOptions options = { .safety_backup = safety };

  return mainstay_restore_operation_new (scene->client, scene->app, scene->backup,
                                         scene->environment, with_list ? scene->list : NULL,
                                         &options);
}

static void
test_restore (Scene         *scene,
              gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_restore (scene, FALSE, TRUE);

  run (operation);
  assert_done (operation);
  g_assert_cmpint (scene_count (scene, "POST /snapshots"), ==, 0);
  g_assert_cmpint (scene_count (scene, "POST /restores"), ==, 1);
  g_assert_null (mainstay_restore_operation_get_safety_backup (operation));
  /* What the portal says of the environment now has arrived in the object that is shown. */
  g_assert_cmpstr (mainstay_environment_get_data_model_version (scene->environment), ==,
                   "9.9.9.9");
}

static void
test_restore_safely (Scene         *scene,
                     gconstpointer  data)
{
  gboolean with_list = GPOINTER_TO_INT (data);
  g_autoptr(MainstayOperation) operation = new_restore (scene, TRUE, with_list);
  gboolean restoring = FALSE;
  MainstayBackup *safety;
  const char *post;

  g_signal_connect (operation, "notify::step", G_CALLBACK (step_changed_cb), &restoring);
  run (operation);
  assert_done (operation);
  safety = mainstay_restore_operation_get_safety_backup (operation);
  g_assert_nonnull (safety);
  g_assert_cmpint (mainstay_backup_get_state (safety), ==, MAINSTAY_JOB_COMPLETED);
  g_assert_cmpstr (g_ptr_array_index (scene->comments, 0), ==,
                   "Safety backup before restoring 2026-01-02 03:04 UTC backup");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (scene->list)), ==, with_list ? 1 : 0);
  /* Only when the safety backup had ended. */
  post = strstr (scene->log->str, "POST /restores");
  g_assert_nonnull (post);
  g_assert_null (strstr (post, "/snapshots"));
  g_assert_cmpint (scene_count (scene, "GET /snapshots/job-0"), ==, 2);
  g_assert_true (restoring);
}

static void
test_restore_without_list (Scene         *scene,
                           gconstpointer  data)
{
  test_restore_safely (scene, GINT_TO_POINTER (FALSE));
}

static void
test_restore_with_list (Scene         *scene,
                        gconstpointer  data)
{
  test_restore_safely (scene, GINT_TO_POINTER (TRUE));
}

static void
test_safety_fails (Scene         *scene,
                   gconstpointer  data)
{
  for (int with_list = 0; with_list < 2; with_list++)
    {
      g_autoptr(MainstayOperation) operation = new_restore (scene, TRUE, with_list);

      scene->backup_fails = "The disk is full";
      run (operation);
      assert_failed (operation, MAINSTAY_ERROR_JOB_FAILED, "The disk is full");
      assert_failed (operation, MAINSTAY_ERROR_JOB_FAILED, "the restore was not started");
      g_assert_cmpint (scene_count (scene, "POST /restores"), ==, 0);
    }
}

static void
test_safety_refused (Scene         *scene,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_restore (scene, TRUE, TRUE);

  scene->refuse = "NO_ACCESS";
  run (operation);
  assert_failed (operation, MAINSTAY_ERROR_NO_ACCESS, "the restore was not started");
  g_assert_cmpint (scene_count (scene, "POST /restores"), ==, 0);
}

static void
test_restore_fails (Scene         *scene,
                    gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_restore (scene, FALSE, TRUE);

  scene->restore_fails = "The dump is too new";
  run (operation);
  assert_failed (operation, MAINSTAY_ERROR_JOB_FAILED, "The dump is too new");
}

/* More silence than one question bears: the job goes on at the portal all the same. */
static void
test_restore_in_silence (Scene         *scene,
                         gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_restore (scene, FALSE, TRUE);

  scene->drops = 15;
  run (operation);
  assert_done (operation);
  g_assert_cmpint (scene->drops, ==, 0);
  g_assert_cmpint (scene_count (scene, "POST /restores"), ==, 1);
  g_assert_cmpint (scene_count (scene, "GET /restores/job-0"), ==, 17);
}

static void
test_restore_refused (Scene         *scene,
                      gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_restore (scene, FALSE, TRUE);

  scene->refuse = "ERROR_NOT_ALLOWED";
  run (operation);
  assert_failed (operation, MAINSTAY_ERROR_NOT_ALLOWED, NULL);
}

static void
test_cancel_safety (Scene         *scene,
                    gconstpointer  data)
{
  for (int with_list = 0; with_list < 2; with_list++)
    {
      g_autoptr(MainstayOperation) operation = new_restore (scene, TRUE, with_list);

      scene->never_ends = TRUE;
      g_string_truncate (scene->log, 0);
      mainstay_operation_start (operation);
      g_assert_true (mainstay_operation_can_cancel (operation));
      wait_for_request (scene, with_list ? "GET /snapshots/job-1" : "GET /snapshots/job-0");
      mainstay_operation_cancel (operation);
      wait_for_end (operation);
      g_assert_cmpint (mainstay_operation_get_state (operation), ==,
                       MAINSTAY_OPERATION_CANCELLED);
      wait_milliseconds (50);
      g_assert_cmpint (scene_count (scene, "POST /restores"), ==, 0);
    }
}

static void
test_cancel_at_once (Scene         *scene,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_restore (scene, TRUE, TRUE);

  mainstay_operation_start (operation);
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_CANCELLED);
  wait_milliseconds (50);
  g_assert_cmpint (scene_count (scene, "POST /restores"), ==, 0);
}

/* Once it was sent, the portal restores, and nobody may believe anything else. */
static void
test_cancel_restore (Scene         *scene,
                     gconstpointer  data)
{
  g_autoptr(MainstayOperation) operation = new_restore (scene, FALSE, TRUE);

  mainstay_operation_start (operation);
  g_assert_false (mainstay_operation_can_cancel (operation));
  mainstay_operation_cancel (operation);
  wait_for_request (scene, "GET /restores/job-0");
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  assert_done (operation);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  scene_test ("/transfer/jobs/create", test_create);
  scene_test ("/transfer/jobs/create-fails", test_create_fails);
  scene_test ("/transfer/jobs/create-refused", test_create_refused);
  scene_test ("/transfer/jobs/create-deleted", test_create_deleted);
  scene_test ("/transfer/jobs/restore", test_restore);
  scene_test ("/transfer/jobs/restore-safely-without-list", test_restore_without_list);
  scene_test ("/transfer/jobs/restore-safely-with-list", test_restore_with_list);
  scene_test ("/transfer/jobs/safety-fails", test_safety_fails);
  scene_test ("/transfer/jobs/safety-refused", test_safety_refused);
  scene_test ("/transfer/jobs/restore-fails", test_restore_fails);
  scene_test ("/transfer/jobs/restore-in-silence", test_restore_in_silence);
  scene_test ("/transfer/jobs/restore-refused", test_restore_refused);
  scene_test ("/transfer/jobs/cancel-safety", test_cancel_safety);
  scene_test ("/transfer/jobs/cancel-at-once", test_cancel_at_once);
  scene_test ("/transfer/jobs/cancel-restore", test_cancel_restore);
  return g_test_run ();
}
