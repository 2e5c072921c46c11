/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake-operation.h"
#include "fake-transfer.h"
#include "mainstay-error.h"
#include "mainstay-json.h"
#include "mainstay-operation-list.h"
#include "mainstay-transfer-registry.h"

typedef struct
{
  char *folder;
  char *path;
  MainstayTransferRegistry *registry;
  GPtrArray *loaded; /* (nullable) (element-type MainstayOperation) */
  GError *error;     /* (nullable): of the last load or flush */
  gboolean answered;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("mainstay-registry-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "state", "transfers.json", NULL);
}

static void
remove_all (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_all (path);
      else
        g_assert_no_errno (g_unlink (path));
    }
  g_assert_no_errno (g_rmdir (folder));
}

/* As a killed program leaves it: nothing is written any more, but for what a thread writes now. */
static void
crash (Fixture *fixture)
{
  gpointer weak = fixture->registry;

  g_object_add_weak_pointer (G_OBJECT (fixture->registry), &weak);
  g_clear_object (&fixture->registry);
  for (int i = 0; i < 1000 && weak != NULL; i++)
    wait_milliseconds (5);
  g_assert_null (weak);
  g_clear_pointer (&fixture->loaded, g_ptr_array_unref);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->registry != NULL)
    crash (fixture);
  g_clear_error (&fixture->error);
  remove_all (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
wait_for_answer (Fixture *fixture)
{
  for (int i = 0; i < 2000 && !fixture->answered; i++)
    wait_milliseconds (5);
  g_assert_true (fixture->answered);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->loaded = mainstay_transfer_registry_load_finish (MAINSTAY_TRANSFER_REGISTRY (object),
                                                            result, &fixture->error);
  fixture->answered = TRUE;
}

static void
make_registry (Fixture *fixture)
{
  fixture->registry = mainstay_transfer_registry_new (fixture->path);
  mainstay_transfer_registry_add_kind (fixture->registry, MAINSTAY_OPERATION_DOWNLOAD,
                                       fake_transfer_new_from_record);
}

static void
load (Fixture *fixture)
{
  g_clear_error (&fixture->error);
  fixture->answered = FALSE;
  mainstay_transfer_registry_load_async (fixture->registry, NULL, loaded_cb, fixture);
  wait_for_answer (fixture);
}

/* Returns: how many are there */
static unsigned int
start (Fixture *fixture)
{
  make_registry (fixture);
  load (fixture);
  g_assert_no_error (fixture->error);
  return fixture->loaded->len;
}

static void
flushed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fixture *fixture = user_data;

  mainstay_transfer_registry_flush_finish (MAINSTAY_TRANSFER_REGISTRY (object), result,
                                           &fixture->error);
  fixture->answered = TRUE;
}

static void
flush (Fixture *fixture)
{
  g_clear_error (&fixture->error);
  fixture->answered = FALSE;
  mainstay_transfer_registry_flush_async (fixture->registry, NULL, flushed_cb, fixture);
  wait_for_answer (fixture);
}

/* Waits for what is saved by itself, which @text is then in, or is not. */
static void
wait_for_text (Fixture    *fixture,
               const char *text,
               gboolean    there)
{
  gboolean found = !there;

  for (int i = 0; i < 1000 && found != there; i++)
    {
      g_autofree char *contents = NULL;

      wait_milliseconds (10);
      if (g_file_get_contents (fixture->path, &contents, NULL, NULL))
        found = strstr (contents, text) != NULL;
    }
  g_assert_cmpint (found, ==, there);
}

static void
write_file (Fixture    *fixture,
            const char *text)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
}

static void
assert_file (Fixture    *fixture,
             const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static MainstayOperation *
track (Fixture    *fixture,
       const char *name)
{
  MainstayOperation *operation = fake_transfer_new (name);

  mainstay_transfer_registry_track (fixture->registry, operation, "account-1",
                                    "anna · portal.example");
  return operation;
}

static void
end (MainstayOperation *operation)
{
  mainstay_operation_cancel (operation);
  wait_for_end (operation);
  g_object_unref (operation);
}

static void
assert_loaded (Fixture                *fixture,
               unsigned int            position,
               const char             *name,
               MainstayOperationState  state,
               gboolean                paused)
{
  MainstayOperation *operation = g_ptr_array_index (fixture->loaded, position);

  g_assert_cmpstr (fake_transfer_get_name (operation), ==, name);
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, state);
  g_assert_cmpint (mainstay_operation_is_paused_by_user (operation), ==, paused);
  g_assert_true (mainstay_operation_is_held (operation));
  g_assert_cmpuint (fake_transfer_get_runs (operation), ==, 0);
  g_assert_cmpstr (mainstay_transfer_registry_get_account (fixture->registry, operation), ==,
                   "account-1");
  g_assert_cmpstr (mainstay_transfer_registry_get_portal (fixture->registry, operation), ==,
                   "anna · portal.example");
}

/* Everything that an operation can be in when the program is killed. */
static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  MainstayOperation *operations[5];
  gint64 started;

  g_assert_cmpuint (start (fixture), ==, 0);
  operations[0] = track (fixture, "waits");
  operations[1] = track (fixture, "runs");
  operations[2] = track (fixture, "paused");
  operations[3] = track (fixture, "failed");
  operations[4] = track (fixture, "verifies");
  for (int i = 1; i < 5; i++)
    mainstay_operation_start (operations[i]);
  started = mainstay_operation_get_started_at (operations[2]);
  mainstay_operation_set_bytes (operations[2], 400, 1000);
  mainstay_operation_pause (operations[2]);
  wait_for_state (operations[2], MAINSTAY_OPERATION_PAUSED);
  fake_transfer_end (operations[3],
                     g_error_new (MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED, "Not whole"));
  wait_for_end (operations[3]);
  mainstay_operation_set_step (operations[4], MAINSTAY_STEP_VERIFYING);
  flush (fixture);
  g_assert_no_error (fixture->error);
  crash (fixture);

  g_assert_cmpuint (start (fixture), ==, 5);
  assert_loaded (fixture, 0, "waits", MAINSTAY_OPERATION_PAUSED, FALSE);
  assert_loaded (fixture, 1, "runs", MAINSTAY_OPERATION_PAUSED, FALSE);
  assert_loaded (fixture, 2, "paused", MAINSTAY_OPERATION_PAUSED, TRUE);
  assert_loaded (fixture, 3, "failed", MAINSTAY_OPERATION_FAILED, FALSE);
  assert_loaded (fixture, 4, "verifies", MAINSTAY_OPERATION_PAUSED, FALSE);
  g_assert_cmpint (mainstay_operation_get_started_at (fixture->loaded->pdata[2]), ==, started);
  g_assert_cmpint (mainstay_operation_get_bytes_done (fixture->loaded->pdata[2]), ==, 400);
  g_assert_cmpint (mainstay_operation_get_bytes_total (fixture->loaded->pdata[2]), ==, 1000);
  g_assert_cmpint (mainstay_operation_get_started_at (fixture->loaded->pdata[0]), ==, 0);
  g_assert_cmpstr (mainstay_operation_get_error (fixture->loaded->pdata[3])->message, ==,
                   "Not whole");
  for (int i = 0; i < 5; i++)
    end (operations[i]);
}

/* A whole restart with a list: two of three at once, and to the end. */
static void
test_go_on (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(MainstayOperationList) list = mainstay_operation_list_new ();
  g_autoptr(MainstayClient) client =
    mainstay_client_new ("https://portal.example", "anna", "key", NULL);
  MainstayOperation *operations[3];

  g_assert_cmpuint (start (fixture), ==, 0);
  for (int i = 0; i < 3; i++)
    {
      operations[i] = track (fixture, (const char *[]){ "one", "two", "three" }[i]);
      mainstay_operation_start (operations[i]);
    }
  mainstay_operation_pause (operations[1]);
  flush (fixture);
  crash (fixture);
  for (int i = 0; i < 3; i++)
    end (operations[i]);

  g_assert_cmpuint (start (fixture), ==, 3);
  mainstay_operation_list_set_max_running (list, 1);
  for (int i = 0; i < 3; i++)
    {
      operations[i] = fixture->loaded->pdata[i];
      mainstay_operation_list_add (list, operations[i]);
    }
  g_assert_cmpuint (mainstay_operation_list_get_active_count (list), ==, 0);
  for (int i = 0; i < 3; i++)
    mainstay_operation_release (operations[i], client);
  g_assert_cmpint (mainstay_operation_get_state (operations[0]), ==, MAINSTAY_OPERATION_RUNNING);
  g_assert_cmpint (mainstay_operation_get_state (operations[1]), ==, MAINSTAY_OPERATION_PAUSED);
  g_assert_cmpint (mainstay_operation_get_state (operations[2]), ==, MAINSTAY_OPERATION_QUEUED);
  g_assert_true (mainstay_operation_get_client (operations[0]) == client);
  fake_transfer_end (operations[0], NULL);
  wait_for_end (operations[0]);
  fake_transfer_end (operations[2], NULL);
  wait_for_end (operations[2]);
  mainstay_operation_resume (operations[1]);
  fake_transfer_end (operations[1], NULL);
  wait_for_end (operations[1]);
  flush (fixture);
  crash (fixture);
  g_assert_cmpuint (start (fixture), ==, 0);
  assert_file (fixture, "{\"version\":1,\"transfers\":[]}");
}

static void
test_changes (Fixture       *fixture,
              gconstpointer  data)
{
  MainstayOperation *done;
  MainstayOperation *moved;

  g_assert_cmpuint (start (fixture), ==, 0);
  done = track (fixture, "done");
  moved = track (fixture, "moved");
  /* Twice is once. */
  mainstay_transfer_registry_track (fixture->registry, moved, "account-2", "other");
  wait_for_text (fixture, "\"name\":\"done\"", TRUE);
  mainstay_operation_start (done);
  mainstay_operation_start (moved);
  fake_transfer_set_place (moved, "place-7");
  wait_for_text (fixture, "place-7", TRUE);
  fake_transfer_end (done, NULL);
  wait_for_end (done);
  wait_for_text (fixture, "\"name\":\"done\"", FALSE);
  g_assert_null (mainstay_transfer_registry_get_account (fixture->registry, done));
  mainstay_operation_pause (moved);
  wait_for_text (fixture, "\"paused\":true", TRUE);
  mainstay_operation_resume (moved);
  wait_for_text (fixture, "\"paused\":false", TRUE);
  wait_for_text (fixture, "account-2", FALSE);
  g_object_unref (done);
  end (moved);
  flush (fixture);
  assert_file (fixture, "{\"version\":1,\"transfers\":[]}");
}

/* One that was killed while it removed what was cancelled removes it now, and shows it no more. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  MainstayOperation *operation;

  g_assert_cmpuint (start (fixture), ==, 0);
  operation = track (fixture, "one");
  fake_transfer_set_slow (operation);
  mainstay_operation_start (operation);
  mainstay_operation_cancel (operation);
  wait_for_text (fixture, "\"cancelled\":true", TRUE);
  fake_transfer_stop (operation);
  for (int i = 0; i < 1000 && fake_transfer_get_discards (operation) == 0; i++)
    wait_milliseconds (5);
  /* Not before it is discarded. */
  flush (fixture);
  wait_for_text (fixture, "\"name\":\"one\"", TRUE);
  crash (fixture);
  fake_transfer_end_discard (operation, NULL);
  wait_for_end (operation);
  g_object_unref (operation);
  wait_for_text (fixture, "\"name\":\"one\"", TRUE);

  g_assert_cmpuint (start (fixture), ==, 0);
  wait_for_text (fixture, "\"name\":\"one\"", FALSE);
}

/* What tells that it is done goes when the list tells so; a crash in between changes nothing. */
static void
test_done (Fixture       *fixture,
           gconstpointer  data)
{
  unsigned int before = fake_transfer_get_all_settles ();
  MainstayOperation *operation;

  g_assert_cmpuint (start (fixture), ==, 0);
  operation = track (fixture, "one");
  fake_transfer_set_slow (operation);
  mainstay_operation_start (operation);
  flush (fixture);
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
  g_assert_cmpuint (fake_transfer_get_all_settles (), ==, before);
  wait_for_text (fixture, "\"done\":true", TRUE);
  while (fake_transfer_get_all_settles () == before)
    g_main_context_iteration (NULL, TRUE);
  /* Whoever quits waits for it. */
  fixture->answered = FALSE;
  mainstay_transfer_registry_flush_async (fixture->registry, NULL, flushed_cb, fixture);
  wait_milliseconds (300);
  g_assert_false (fixture->answered);
  wait_for_text (fixture, "\"done\":true", TRUE);
  fake_transfer_end_settle (operation);
  wait_for_answer (fixture);
  g_assert_no_error (fixture->error);
  assert_file (fixture, "{\"version\":1,\"transfers\":[]}");
  g_assert_cmpuint (fake_transfer_get_all_settles (), ==, before + 1);
  g_object_unref (operation);
}

/* Killed before it was settled: that is all that is left to be done. */
static void
test_done_restart (Fixture       *fixture,
                   gconstpointer  data)
{
  unsigned int before = fake_transfer_get_all_settles ();

  write_file (fixture,
              "{\"version\":1,\"transfers\":["
              "{\"kind\":\"download\",\"account\":\"account-1\",\"done\":true,"
              "\"operation\":{\"name\":\"one\",\"app\":{\"AppId\":\"a\",\"ProjectId\":\"p\"},"
              "\"environment\":{\"EnvironmentId\":\"e\",\"Mode\":\"Test\"}}}]}");
  g_assert_cmpuint (start (fixture), ==, 0);
  flush (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fake_transfer_get_all_settles (), ==, before + 1);
  assert_file (fixture, "{\"version\":1,\"transfers\":[]}");
}

/* What is begun before the file was read neither overwrites it nor gets lost. */
static void
test_early (Fixture       *fixture,
            gconstpointer  data)
{
  MainstayOperation *old;
  MainstayOperation *early;

  g_assert_cmpuint (start (fixture), ==, 0);
  old = track (fixture, "old");
  flush (fixture);
  crash (fixture);
  end (old);

  make_registry (fixture);
  early = track (fixture, "early");
  flush (fixture);
  wait_milliseconds (300);
  load (fixture);
  g_assert_cmpuint (fixture->loaded->len, ==, 1);
  assert_loaded (fixture, 0, "old", MAINSTAY_OPERATION_PAUSED, FALSE);
  wait_for_text (fixture, "early", TRUE);
  wait_for_text (fixture, "old", TRUE);
  crash (fixture);
  g_assert_cmpuint (start (fixture), ==, 2);
  assert_loaded (fixture, 0, "old", MAINSTAY_OPERATION_PAUSED, FALSE);
  assert_loaded (fixture, 1, "early", MAINSTAY_OPERATION_PAUSED, FALSE);
  end (early);
}

static void
test_other_version (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char *const text = "{\"version\": 2, \"transfers\": {\"of\": \"tomorrow\"}}";
  MainstayOperation *operation;
  unsigned int before;

  write_file (fixture, text);
  make_registry (fixture);
  load (fixture);
  g_assert_null (fixture->loaded);
  g_assert_error (fixture->error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED);
  operation = track (fixture, "one");
  flush (fixture);
  wait_milliseconds (400);
  assert_file (fixture, text);
  /* There is nothing to wait for before it settles. */
  before = fake_transfer_get_all_settles ();
  mainstay_operation_start (operation);
  fake_transfer_end (operation, NULL);
  wait_for_end (operation);
  flush (fixture);
  g_assert_cmpuint (fake_transfer_get_all_settles (), ==, before + 1);
  assert_file (fixture, text);
  g_object_unref (operation);
}

static char *
make_deep (void)
{
  GString *text = g_string_new ("{\"version\":1,\"transfers\":");

  for (int i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  return g_string_free (text, FALSE);
}

static char *
make_large (void)
{
  GString *text = g_string_new ("{\"version\":1,\"transfers\":[]");

  g_string_append_printf (text, "%*s}", 2 * 1024 * 1024, "");
  return g_string_free (text, FALSE);
}

/* Each of these is kept aside, and the program goes on with none. */
static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *deep = make_deep ();
  g_autofree char *large = make_large ();
  g_autofree char *aside = g_strconcat (fixture->path, ".damaged", NULL);
  const char *const texts[] = {
    "", "{", "[1]", "{}", "null", "{\"version\":1}", "{\"version\":1,\"transfers\":{}}",
    "{\"version\":true,\"transfers\":[]}", "{\"version\":0,\"transfers\":[]}", "\xff\xfe",
    "{\"version\":1,\"transfers\":[", deep, large,
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *kept = NULL;
      MainstayOperation *operation;

      write_file (fixture, texts[i]);
      g_assert_cmpuint (start (fixture), ==, 0);
      g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
      g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
      g_assert_cmpstr (kept, ==, texts[i]);
      operation = track (fixture, "one");
      flush (fixture);
      g_assert_no_error (fixture->error);
      crash (fixture);
      end (operation);
      g_assert_cmpuint (start (fixture), ==, 1);
      crash (fixture);
    }
}

/* A record that is not what it should be takes no other with it. */
static void
test_broken_records (Fixture       *fixture,
                     gconstpointer  data)
{
  write_file (fixture,
              "{\"version\":1,\"transfers\":["
              "{\"kind\":\"download\"},"
              "{\"kind\":\"download\",\"account\":\"a\",\"operation\":{\"app\":5}},"
              "{\"kind\":\"upload\",\"account\":\"a\",\"operation\":{\"x\":[1]}},"
              "{\"kind\":\"copy\"},7,"
              "{\"kind\":\"download\",\"account\":\"account-1\",\"started_at\":-4,"
              "\"bytes_done\":9,\"bytes_total\":3,\"failed\":3,\"paused\":\"yes\","
              "\"operation\":{\"name\":\"good\",\"app\":{\"AppId\":\"a\",\"ProjectId\":\"p\"},"
              "\"environment\":{\"EnvironmentId\":\"e\",\"Mode\":\"Test\"}}}]}");
  g_assert_cmpuint (start (fixture), ==, 1);
  g_assert_cmpstr (fake_transfer_get_name (fixture->loaded->pdata[0]), ==, "good");
  g_assert_cmpint (mainstay_operation_get_state (fixture->loaded->pdata[0]), ==,
                   MAINSTAY_OPERATION_PAUSED);
  g_assert_cmpint (mainstay_operation_get_started_at (fixture->loaded->pdata[0]), ==, 0);
  g_assert_cmpint (mainstay_operation_get_bytes_done (fixture->loaded->pdata[0]), ==, -1);
  /* What nobody here can make anything of stays for who can. */
  flush (fixture);
  wait_for_text (fixture, "{\"kind\":\"upload\",\"account\":\"a\",\"operation\":{\"x\":[1]}}",
                 TRUE);
  wait_for_text (fixture, "{\"kind\":\"copy\"},7,", TRUE);
  wait_for_text (fixture, "{\"app\":5}", FALSE);
}

/* Killed between the writing of the new file and its renaming. */
static void
test_crash_while_writing (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autofree char *temporary = g_strconcat (fixture->path, ".X3Q9ZK", NULL);
  g_autofree char *aside = g_strconcat (fixture->path, ".damaged", NULL);
  MainstayOperation *operation;

  g_assert_cmpuint (start (fixture), ==, 0);
  operation = track (fixture, "one");
  flush (fixture);
  crash (fixture);
  end (operation);
  g_assert_true (g_file_set_contents (temporary, "{\"version\":1,\"trans", -1, NULL));
  g_assert_true (g_file_set_contents (aside, "older", -1, NULL));
  g_assert_cmpuint (start (fixture), ==, 1);
  assert_loaded (fixture, 0, "one", MAINSTAY_OPERATION_PAUSED, FALSE);
  g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
}

static void
test_two_programs (Fixture       *fixture,
                   gconstpointer  data)
{
  Fixture other = { .path = fixture->path };
  MainstayOperation *mine;
  MainstayOperation *theirs;

  g_assert_cmpuint (start (fixture), ==, 0);
  mine = track (fixture, "mine");
  flush (fixture);
  make_registry (&other);
  load (&other);
  g_assert_null (other.loaded);
  g_assert_error (other.error, G_IO_ERROR, G_IO_ERROR_BUSY);
  theirs = track (&other, "theirs");
  flush (&other);
  wait_milliseconds (300);
  wait_for_text (fixture, "mine", TRUE);
  wait_for_text (fixture, "theirs", FALSE);
  crash (&other);
  g_clear_error (&other.error);
  /* The first one still writes, and when it is gone the next has it. */
  fake_transfer_set_place (mine, "elsewhere");
  wait_for_text (fixture, "elsewhere", TRUE);
  crash (fixture);
  g_assert_cmpuint (start (fixture), ==, 1);
  end (mine);
  end (theirs);
}

static ino_t
get_inode (const char *path)
{
  struct stat status;

  g_assert_no_errno (g_stat (path, &status));
  return status.st_ino;
}

static void
test_debounced (Fixture       *fixture,
                gconstpointer  data)
{
  MainstayOperation *operation;
  unsigned int writes = 0;
  struct stat status;
  ino_t inode;

  g_assert_cmpuint (start (fixture), ==, 0);
  operation = track (fixture, "one");
  flush (fixture);
  inode = get_inode (fixture->path);
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *place = g_strdup_printf ("place-%d", i);

      fake_transfer_set_place (operation, place);
      wait_milliseconds (10);
      if (get_inode (fixture->path) != inode)
        writes++;
      inode = get_inode (fixture->path);
    }
  /* Not each, and not only when it is quiet again. */
  g_assert_cmpuint (writes, >=, 1);
  g_assert_cmpuint (writes, <=, 20);
  wait_for_text (fixture, "place-99", TRUE);
  /* Nobody else's to read. */
  g_assert_no_errno (g_stat (fixture->path, &status));
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  end (operation);
}

/* A disk that does not take it now may take it later. */
static void
test_write_fails (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autofree char *hidden = g_strconcat (folder, ".away", NULL);
  MainstayOperation *operation;

  g_assert_cmpuint (start (fixture), ==, 0);
  g_assert_no_errno (g_rename (folder, hidden));
  g_assert_true (g_file_set_contents (folder, "", -1, NULL));
  operation = track (fixture, "one");
  flush (fixture);
  g_assert_nonnull (fixture->error);
  g_assert_no_errno (g_unlink (folder));
  g_assert_no_errno (g_rename (hidden, folder));
  flush (fixture);
  g_assert_no_error (fixture->error);
  wait_for_text (fixture, "\"name\":\"one\"", TRUE);
  end (operation);
}

static void
test_not_text (Fixture       *fixture,
               gconstpointer  data)
{
  MainstayOperation *good;
  MainstayOperation *bad;

  g_assert_cmpuint (start (fixture), ==, 0);
  bad = track (fixture, "bad\xff");
  good = track (fixture, "good \"quoted\" \\ and \x01");
  flush (fixture);
  crash (fixture);
  g_assert_cmpuint (start (fixture), ==, 1);
  assert_loaded (fixture, 0, "good \"quoted\" \\ and \x01", MAINSTAY_OPERATION_PAUSED, FALSE);
  end (good);
  end (bad);
}

static void
test_not_kept (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(MainstayOperation) create = fake_operation_new ();

  g_assert_cmpuint (start (fixture), ==, 0);
  mainstay_transfer_registry_track (fixture->registry, create, "account-1", "x");
  g_assert_null (mainstay_transfer_registry_get_account (fixture->registry, create));
  flush (fixture);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

#define ADD(name, function)                                                                      \
  g_test_add ("/transfer/registry/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_writer_default_set_use_stderr (TRUE);
  ADD ("restart", test_restart);
  ADD ("go-on", test_go_on);
  ADD ("changes", test_changes);
  ADD ("cancelled", test_cancelled);
  ADD ("done", test_done);
  ADD ("done-restart", test_done_restart);
  ADD ("early", test_early);
  ADD ("other-version", test_other_version);
  ADD ("broken", test_broken);
  ADD ("broken-records", test_broken_records);
  ADD ("crash-while-writing", test_crash_while_writing);
  ADD ("two-programs", test_two_programs);
  ADD ("debounced", test_debounced);
  ADD ("write-fails", test_write_fails);
  ADD ("not-text", test_not_text);
  ADD ("not-kept", test_not_kept);
  return g_test_run ();
}
