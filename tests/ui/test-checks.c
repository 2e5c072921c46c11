/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-restore-checks.h"
#include "mainstay-upload-consequences.h"

/* A restore that nothing speaks against. */
static const MainstayRestoreFacts good_restore = {
  .backup_state = MAINSTAY_JOB_COMPLETED,
  .backup_model = "1.8.82.253",
  .backup_app = "Orders",
  .same_app = TRUE,
  .target = "Acceptance",
  .status = MAINSTAY_ENVIRONMENT_STOPPED,
  .target_model = "1.8.82.253",
  .safety_backup = TRUE,
};

static void
assert_check (GPtrArray           *checks,
              int                  id,
              MainstayCheckState   state,
              MainstayCheckAction  action,
              const char          *title)
{
  const MainstayCheck *check = mainstay_checks_find (checks, id);

  g_assert_nonnull (check);
  g_assert_cmpint (check->state, ==, state);
  g_assert_cmpint (check->action, ==, action);
  g_assert_cmpstr (check->title, ==, title);
}

static void
test_restore_good (void)
{
  g_autoptr(GPtrArray) checks = mainstay_restore_checks_new (&good_restore);

  g_assert_true (mainstay_checks_pass (checks));
  g_assert_cmpuint (checks->len, ==, 5);
  for (unsigned int i = 0; i < checks->len; i++)
    {
      const MainstayCheck *check = g_ptr_array_index (checks, i);

      g_assert_cmpint (check->state, ==, MAINSTAY_CHECK_OK);
      if (i > 0)
        g_assert_cmpint (check->id, >, ((MainstayCheck *) checks->pdata[i - 1])->id);
    }
}

static void
test_restore_backup (void)
{
  static const struct
  {
    MainstayJobState state;
    const char *title;
  } cases[] = {
    { MAINSTAY_JOB_QUEUED, "The backup is not completed yet" },
    { MAINSTAY_JOB_RUNNING, "The backup is not completed yet" },
    { MAINSTAY_JOB_FAILED, "The backup has failed" },
    { MAINSTAY_JOB_UNKNOWN, "Whether the backup is completed is unknown" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MainstayRestoreFacts facts = good_restore;
      g_autoptr(GPtrArray) checks = NULL;

      facts.backup_state = cases[i].state;
      checks = mainstay_restore_checks_new (&facts);
      g_assert_false (mainstay_checks_pass (checks));
      assert_check (checks, MAINSTAY_RESTORE_CHECK_BACKUP, MAINSTAY_CHECK_BLOCKED,
                    MAINSTAY_CHECK_ACTION_NONE, cases[i].title);
    }
}

/* R6 */
static void
test_restore_other_app (void)
{
  MainstayRestoreFacts facts = good_restore;
  g_autoptr(GPtrArray) checks = NULL;

  facts.same_app = FALSE;
  checks = mainstay_restore_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (checks));
  assert_check (checks, MAINSTAY_RESTORE_CHECK_APP, MAINSTAY_CHECK_BLOCKED,
                MAINSTAY_CHECK_ACTION_NONE, "The backup is of another app");
  g_assert_cmpstr (mainstay_checks_find (checks, MAINSTAY_RESTORE_CHECK_APP)->detail, ==,
                   "It can only be restored into an environment of Orders.");
}

/* R3 and R5 */
static void
test_restore_status (void)
{
  MainstayRestoreFacts facts = good_restore;
  g_autoptr(GPtrArray) running = NULL;
  g_autoptr(GPtrArray) empty = NULL;
  g_autoptr(GPtrArray) unknown = NULL;

  facts.status = MAINSTAY_ENVIRONMENT_RUNNING;
  running = mainstay_restore_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (running));
  assert_check (running, MAINSTAY_RESTORE_CHECK_STOPPED, MAINSTAY_CHECK_BLOCKED,
                MAINSTAY_CHECK_ACTION_STOP_APP, "The app on Acceptance is running");

  facts.status = MAINSTAY_ENVIRONMENT_EMPTY;
  empty = mainstay_restore_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (empty));
  assert_check (empty, MAINSTAY_RESTORE_CHECK_DEPLOYED, MAINSTAY_CHECK_BLOCKED,
                MAINSTAY_CHECK_ACTION_NONE, "Nothing is deployed on Acceptance");
  g_assert_null (mainstay_checks_find (empty, MAINSTAY_RESTORE_CHECK_MODEL));

  facts.status = MAINSTAY_ENVIRONMENT_UNKNOWN;
  unknown = mainstay_restore_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (unknown));
  assert_check (unknown, MAINSTAY_RESTORE_CHECK_DEPLOYED, MAINSTAY_CHECK_UNKNOWN,
                MAINSTAY_CHECK_ACTION_NONE,
                "Whether anything is deployed on Acceptance is unknown");
  assert_check (unknown, MAINSTAY_RESTORE_CHECK_STOPPED, MAINSTAY_CHECK_BLOCKED,
                MAINSTAY_CHECK_ACTION_STOP_APP,
                "Whether the app on Acceptance is running is unknown");
}

static void
test_restore_stopping (void)
{
  MainstayRestoreFacts facts = good_restore;
  g_autoptr(GPtrArray) stopping = NULL;
  g_autoptr(GPtrArray) failed = NULL;

  facts.status = MAINSTAY_ENVIRONMENT_RUNNING;
  facts.stopping = TRUE;
  stopping = mainstay_restore_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (stopping));
  assert_check (stopping, MAINSTAY_RESTORE_CHECK_STOPPED, MAINSTAY_CHECK_WAITING,
                MAINSTAY_CHECK_ACTION_STOP_APP, "The app on Acceptance is being stopped…");

  facts.stopping = FALSE;
  facts.stop_failure = "No.";
  failed = mainstay_restore_checks_new (&facts);
  assert_check (failed, MAINSTAY_RESTORE_CHECK_STOPPED, MAINSTAY_CHECK_BLOCKED,
                MAINSTAY_CHECK_ACTION_STOP_APP, "The app on Acceptance is running");
  g_assert_cmpstr (mainstay_checks_find (failed, MAINSTAY_RESTORE_CHECK_STOPPED)->detail, ==,
                   "No.");
}

static void
test_restore_asking (void)
{
  MainstayRestoreFacts facts = good_restore;
  g_autoptr(GPtrArray) asking = NULL;
  g_autoptr(GPtrArray) failed = NULL;
  g_autoptr(GPtrArray) busy = NULL;

  facts.asking = TRUE;
  asking = mainstay_restore_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (asking));
  assert_check (asking, MAINSTAY_RESTORE_CHECK_ANSWER, MAINSTAY_CHECK_WAITING,
                MAINSTAY_CHECK_ACTION_NONE, "Asking the portal about Acceptance…");

  facts.asking = FALSE;
  facts.ask_failure = "The network is down.";
  failed = mainstay_restore_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (failed));
  assert_check (failed, MAINSTAY_RESTORE_CHECK_ANSWER, MAINSTAY_CHECK_BLOCKED,
                MAINSTAY_CHECK_ACTION_ASK_AGAIN, "The portal could not be asked about Acceptance");

  facts.ask_failure = NULL;
  facts.busy = TRUE;
  busy = mainstay_restore_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (busy));
  assert_check (busy, MAINSTAY_RESTORE_CHECK_IDLE, MAINSTAY_CHECK_BLOCKED,
                MAINSTAY_CHECK_ACTION_NONE, "Another operation is working on Acceptance");
}

/* R2 */
static void
test_restore_model (void)
{
  static const struct
  {
    const char *backup;
    const char *target;
    MainstayCheckState state;
    const char *title;
    const char *detail;
  } cases[] = {
    { "1.8.9.1", "1.8.82.253", MAINSTAY_CHECK_WARNING,
      "The backup is of an older model version",
      "The backup is of model version 1.8.9.1, while Acceptance has 1.8.82.253 deployed. It can be "
      "restored, but then model version 1.8.9.1 must be deployed on Acceptance later on." },
    { "1.9.0.1", "1.8.82.253", MAINSTAY_CHECK_NOTE,
      "The backup is of a newer model version",
      "The backup is of model version 1.9.0.1, while Acceptance has 1.8.82.253 deployed." },
    { "1.8.82.e3c1a393", "1.8.82.b0b0b0b0", MAINSTAY_CHECK_UNKNOWN,
      "Which model version is older is unknown",
      "The backup is of model version 1.8.82.e3c1a393, while Acceptance has 1.8.82.b0b0b0b0 "
      "deployed. If the backup’s is the older, it must be deployed on Acceptance later on." },
    { NULL, "1.8.82.253", MAINSTAY_CHECK_UNKNOWN,
      "Which model version is older is unknown",
      "The backup does not say its model version; Acceptance has 1.8.82.253 deployed." },
    { "1.8.82.253", NULL, MAINSTAY_CHECK_UNKNOWN,
      "Which model version is older is unknown",
      "The backup is of model version 1.8.82.253; the portal does not say which is deployed on "
      "Acceptance." },
    { NULL, NULL, MAINSTAY_CHECK_UNKNOWN,
      "Which model version is older is unknown",
      "Neither the backup nor the portal says a model version." },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MainstayRestoreFacts facts = good_restore;
      g_autoptr(GPtrArray) checks = NULL;

      facts.backup_model = cases[i].backup;
      facts.target_model = cases[i].target;
      checks = mainstay_restore_checks_new (&facts);
      g_assert_true (mainstay_checks_pass (checks));
      assert_check (checks, MAINSTAY_RESTORE_CHECK_MODEL, cases[i].state,
                    MAINSTAY_CHECK_ACTION_NONE, cases[i].title);
      g_assert_cmpstr (mainstay_checks_find (checks, MAINSTAY_RESTORE_CHECK_MODEL)->detail, ==,
                       cases[i].detail);
    }
}

/* R4, and what a safety backup is for */
static void
test_restore_options (void)
{
  MainstayRestoreFacts facts = good_restore;
  g_autoptr(GPtrArray) checks = NULL;

  facts.database_only = TRUE;
  facts.safety_backup = FALSE;
  checks = mainstay_restore_checks_new (&facts);
  g_assert_true (mainstay_checks_pass (checks));
  assert_check (checks, MAINSTAY_RESTORE_CHECK_FILES, MAINSTAY_CHECK_WARNING,
                MAINSTAY_CHECK_ACTION_NONE, "The uploaded files stay as they are");
  assert_check (checks, MAINSTAY_RESTORE_CHECK_SAFETY, MAINSTAY_CHECK_WARNING,
                MAINSTAY_CHECK_ACTION_NONE, "No safety backup is made");
}

static const char *const services[] = { "Orders", "Customers", NULL };

static const MainstayUploadFacts good_upload = {
  .target = "Production",
  .status = MAINSTAY_ENVIRONMENT_STOPPED,
  .production = TRUE,
  .package_name = "Main line",
  .package_version = "1.8.82.253",
  .services = services,
  .services_known = TRUE,
  .database = MAINSTAY_UPLOAD_FILE_GOOD,
};

static void
assert_consequence (const MainstayUploadFacts *facts,
                    int                        id,
                    MainstayCheckState         state,
                    const char                *title,
                    const char                *detail)
{
  g_autoptr(GPtrArray) checks = mainstay_upload_consequences_new (facts);

  assert_check (checks, id, state, MAINSTAY_CHECK_ACTION_NONE, title);
  g_assert_cmpstr (mainstay_checks_find (checks, id)->detail, ==, detail);
}

/* U3, U4, U5 and U7, with the kind that is not uploaded */
static void
test_upload_consequences (void)
{
  assert_consequence (&good_upload, MAINSTAY_UPLOAD_REMOVES_PACKAGE, MAINSTAY_CHECK_WARNING,
                      "The deployment package is removed", "Main line, version 1.8.82.253");
  assert_consequence (&good_upload, MAINSTAY_UPLOAD_REMOVES_DATABASE, MAINSTAY_CHECK_WARNING,
                      "The database is removed", "The uploaded one takes its place.");
  assert_consequence (&good_upload, MAINSTAY_UPLOAD_REMOVES_FILES, MAINSTAY_CHECK_WARNING,
                      "All uploaded files are removed",
                      "No files are uploaded: Production will have none.");
  assert_consequence (&good_upload, MAINSTAY_UPLOAD_UNPUBLISHES, MAINSTAY_CHECK_WARNING,
                      "Published AppServices are unpublished", "Orders, Customers");
  assert_consequence (&good_upload, MAINSTAY_UPLOAD_ADDS_NO_BACKUP, MAINSTAY_CHECK_NOTE,
                      "Nothing is added to the list of backups",
                      "What is removed can only be brought back from a backup made before.");
  assert_consequence (&good_upload, MAINSTAY_UPLOAD_NEEDS_PACKAGE, MAINSTAY_CHECK_NOTE,
                      "A package must be deployed afterwards",
                      "The app on Production cannot start before that.");
}

static void
test_upload_files_only (void)
{
  MainstayUploadFacts facts = good_upload;

  facts.database = MAINSTAY_UPLOAD_FILE_NONE;
  facts.files = MAINSTAY_UPLOAD_FILE_GOOD;
  assert_consequence (&facts, MAINSTAY_UPLOAD_REMOVES_DATABASE, MAINSTAY_CHECK_WARNING,
                      "The database is removed",
                      "No database is uploaded: that of Production will be empty.");
  assert_consequence (&facts, MAINSTAY_UPLOAD_REMOVES_FILES, MAINSTAY_CHECK_WARNING,
                      "All uploaded files are removed",
                      "Those of the archive take their place.");
}

static void
test_upload_package (void)
{
  MainstayUploadFacts facts = good_upload;

  facts.package_name = NULL;
  assert_consequence (&facts, MAINSTAY_UPLOAD_REMOVES_PACKAGE, MAINSTAY_CHECK_WARNING,
                      "The deployment package is removed", "Version 1.8.82.253");
  facts.package_version = NULL;
  assert_consequence (&facts, MAINSTAY_UPLOAD_REMOVES_PACKAGE, MAINSTAY_CHECK_WARNING,
                      "The deployment package is removed",
                      "The portal does not say which one is deployed.");
  facts.status = MAINSTAY_ENVIRONMENT_EMPTY;
  assert_consequence (&facts, MAINSTAY_UPLOAD_REMOVES_PACKAGE, MAINSTAY_CHECK_NOTE,
                      "No deployment package has to be removed",
                      "Nothing is deployed on Production.");
}

static void
test_upload_services (void)
{
  static const char *const none[] = { NULL };
  MainstayUploadFacts facts = good_upload;
  g_autoptr(GPtrArray) checks = NULL;

  facts.services = none;
  assert_consequence (&facts, MAINSTAY_UPLOAD_UNPUBLISHES, MAINSTAY_CHECK_NOTE,
                      "No AppServices have to be unpublished", "Production publishes none.");
  facts.services_known = FALSE;
  assert_consequence (&facts, MAINSTAY_UPLOAD_UNPUBLISHES, MAINSTAY_CHECK_WARNING,
                      "Published AppServices are unpublished",
                      "The portal does not say which ones there are.");
  facts.production = FALSE;
  checks = mainstay_upload_consequences_new (&facts);
  g_assert_null (mainstay_checks_find (checks, MAINSTAY_UPLOAD_UNPUBLISHES));
}

static void
test_upload_checks (void)
{
  static const struct
  {
    MainstayUploadFileState database;
    MainstayUploadFileState files;
    MainstayCheckState state;
    const char *title;
  } cases[] = {
    { MAINSTAY_UPLOAD_FILE_NONE, MAINSTAY_UPLOAD_FILE_NONE, MAINSTAY_CHECK_BLOCKED,
      "No file is chosen" },
    { MAINSTAY_UPLOAD_FILE_GOOD, MAINSTAY_UPLOAD_FILE_REFUSED, MAINSTAY_CHECK_BLOCKED,
      "A chosen file cannot be uploaded" },
    { MAINSTAY_UPLOAD_FILE_INSPECTING, MAINSTAY_UPLOAD_FILE_GOOD, MAINSTAY_CHECK_WAITING,
      "The chosen files are being looked into…" },
    { MAINSTAY_UPLOAD_FILE_INSPECTING, MAINSTAY_UPLOAD_FILE_NONE, MAINSTAY_CHECK_WAITING,
      "The chosen files are being looked into…" },
    { MAINSTAY_UPLOAD_FILE_NONE, MAINSTAY_UPLOAD_FILE_GOOD, MAINSTAY_CHECK_OK,
      "The chosen files can be uploaded" },
    { MAINSTAY_UPLOAD_FILE_GOOD, MAINSTAY_UPLOAD_FILE_GOOD, MAINSTAY_CHECK_OK,
      "The chosen files can be uploaded" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MainstayUploadFacts facts = good_upload;
      g_autoptr(GPtrArray) checks = NULL;

      facts.database = cases[i].database;
      facts.files = cases[i].files;
      checks = mainstay_upload_checks_new (&facts);
      assert_check (checks, MAINSTAY_UPLOAD_CHECK_FILES, cases[i].state,
                    MAINSTAY_CHECK_ACTION_NONE, cases[i].title);
      g_assert_true (mainstay_checks_pass (checks) == (cases[i].state == MAINSTAY_CHECK_OK));
    }
}

/* U1 */
static void
test_upload_running (void)
{
  MainstayUploadFacts facts = good_upload;
  g_autoptr(GPtrArray) checks = NULL;
  g_autoptr(GPtrArray) empty = NULL;

  facts.status = MAINSTAY_ENVIRONMENT_RUNNING;
  checks = mainstay_upload_checks_new (&facts);
  g_assert_false (mainstay_checks_pass (checks));
  assert_check (checks, MAINSTAY_UPLOAD_CHECK_STOPPED, MAINSTAY_CHECK_BLOCKED,
                MAINSTAY_CHECK_ACTION_STOP_APP, "The app on Production is running");

  facts.status = MAINSTAY_ENVIRONMENT_EMPTY;
  empty = mainstay_upload_checks_new (&facts);
  g_assert_true (mainstay_checks_pass (empty));
}

static void
test_typed_name (void)
{
  g_assert_true (mainstay_check_name_typed ("Production", "Production"));
  g_assert_false (mainstay_check_name_typed ("Production", "production"));
  g_assert_false (mainstay_check_name_typed ("Production", "Production "));
  g_assert_false (mainstay_check_name_typed ("Production", "Prod"));
  g_assert_false (mainstay_check_name_typed ("Production", ""));
  g_assert_false (mainstay_check_name_typed ("Production", NULL));
  g_assert_false (mainstay_check_name_typed ("", ""));
  g_assert_false (mainstay_check_name_typed (NULL, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/checks/restore/good", test_restore_good);
  g_test_add_func ("/ui/checks/restore/backup", test_restore_backup);
  g_test_add_func ("/ui/checks/restore/other-app", test_restore_other_app);
  g_test_add_func ("/ui/checks/restore/status", test_restore_status);
  g_test_add_func ("/ui/checks/restore/stopping", test_restore_stopping);
  g_test_add_func ("/ui/checks/restore/asking", test_restore_asking);
  g_test_add_func ("/ui/checks/restore/model", test_restore_model);
  g_test_add_func ("/ui/checks/restore/options", test_restore_options);
  g_test_add_func ("/ui/checks/upload/consequences", test_upload_consequences);
  g_test_add_func ("/ui/checks/upload/files-only", test_upload_files_only);
  g_test_add_func ("/ui/checks/upload/package", test_upload_package);
  g_test_add_func ("/ui/checks/upload/services", test_upload_services);
  g_test_add_func ("/ui/checks/upload/checks", test_upload_checks);
  g_test_add_func ("/ui/checks/upload/running", test_upload_running);
  g_test_add_func ("/ui/checks/typed-name", test_typed_name);
  return g_test_run ();
}
