/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "portal-fixture.h"

#include <string.h>

#define ADD(path, func) \
  g_test_add ("/portal/users/" path, PortalFixture, NULL, portal_fixture_set_up, func, \
              portal_fixture_tear_down)

static void
check_key (PortalFixture *self,
           const char    *name,
           const char    *key,
           gboolean       good)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalUser) user =
    mainstay_portal_authenticate (self->portal, name, key, &error);

  if (good)
    {
      g_assert_no_error (error);
      g_assert_cmpstr (user->display_name, ==, "Sam Porter");
      return;
    }
  g_assert_null (user);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED);
}

static void
test_keys (PortalFixture *self,
           gconstpointer  data)
{
  g_autofree char *wrong = g_strdup (self->key);
  g_autofree char *endless = g_strnfill (100000, 'a');
  g_autofree char *longer = g_strconcat (self->key, "0", NULL);
  g_autofree char *renewed = NULL;
  g_autoptr(MainstayPortalTransaction) tx = NULL;

  g_assert_cmpuint (strlen (self->key), ==, 64);
  wrong[63] = wrong[63] == '0' ? '1' : '0';
  check_key (self, "sam", self->key, TRUE);
  check_key (self, "SAM", self->key, TRUE);
  check_key (self, "sam", wrong, FALSE);
  check_key (self, "sam", longer, FALSE);
  check_key (self, "sam", "", FALSE);
  check_key (self, "sam", NULL, FALSE);
  check_key (self, "sam", endless, FALSE);
  check_key (self, "nobody", self->key, FALSE);
  check_key (self, NULL, self->key, FALSE);
  check_key (self, "' OR 1=1 --", self->key, FALSE);
  tx = mainstay_portal_database_write (self->portal->database, NULL);
  renewed = mainstay_portal_store_renew_key (tx, "sam", NULL);
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  check_key (self, "sam", self->key, FALSE);
  check_key (self, "sam", renewed, TRUE);
}

static gboolean
folder_holds (const char *folder,
              const char *needle)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
          g_file_get_contents (path, &bytes, &length, NULL) &&
          memmem (bytes, length, needle, strlen (needle)) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_not_stored (PortalFixture *self,
                 gconstpointer  data)
{
  /* The search itself works: the name is there, and the key is not. */
  g_assert_true (folder_holds (self->directory, "Sam Porter"));
  g_assert_false (folder_holds (self->directory, self->key));
}

static void
check_rights (PortalFixture        *self,
              MainstayPortalRights  rights,
              gboolean              may_list,
              gboolean              may_see_backups,
              gboolean              may_deploy)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, NULL);
  g_autoptr(MainstayPortalEnvironment) seen = NULL;
  g_autoptr(MainstayPortalEnvironment) deployable = NULL;
  g_autoptr(GPtrArray) list = NULL;

  mainstay_portal_store_set_rights (tx, self->user->id, self->test->id, rights, NULL);
  mainstay_portal_store_set_rights (tx, self->user->id, self->production->id, 0, NULL);
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  list = mainstay_portal_list_environments (self->portal, self->user, "harbour", &error);
  if (may_list)
    g_assert_cmpuint (list->len, ==, 1);
  else
    g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS);
  g_clear_error (&error);
  seen = mainstay_portal_get_environment (self->portal, self->user, self->test->project_id,
                                          self->test->id, &error);
  g_assert_cmpint (seen != NULL, ==, may_see_backups);
  if (!may_see_backups)
    g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS);
  g_clear_error (&error);
  deployable = mainstay_portal_find_environment (
    self->portal, self->user, "HARBOUR", "test",
    MAINSTAY_PORTAL_RIGHT_API | MAINSTAY_PORTAL_RIGHT_TRANSPORT, &error);
  g_assert_cmpint (deployable != NULL, ==, may_deploy);
  if (!may_deploy)
    g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS);
}

static void
test_rights (PortalFixture *self,
             gconstpointer  data)
{
  const int api = MAINSTAY_PORTAL_RIGHT_API, backups = MAINSTAY_PORTAL_RIGHT_BACKUPS;
  const int transport = MAINSTAY_PORTAL_RIGHT_TRANSPORT;

  check_rights (self, 0, FALSE, FALSE, FALSE);
  check_rights (self, backups, FALSE, FALSE, FALSE);
  check_rights (self, api, TRUE, FALSE, FALSE);
  check_rights (self, api | backups, TRUE, TRUE, FALSE);
  check_rights (self, api | transport, TRUE, FALSE, TRUE);
  check_rights (self, api | backups | transport, TRUE, TRUE, TRUE);
}

/* Backups of an environment that one may not see may not come out through another. */
static void
test_source_rights (PortalFixture *self,
                    gconstpointer  data)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = portal_fixture_back_up (self, self->production);
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, NULL);
  g_autoptr(GError) error = NULL;

  mainstay_portal_store_set_rights (tx, self->user->id, self->production->id,
                                    MAINSTAY_PORTAL_RIGHT_API, NULL);
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
  g_clear_pointer (&tx, mainstay_portal_transaction_free);
  g_assert_null (mainstay_portal_restore (self->portal, self->user, self->test, snapshot->id, FALSE,
                                          &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS);
}

static void
check_lookup (PortalFixture *self,
              const char    *project_id,
              const char    *environment_id,
              int            code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (mainstay_portal_get_environment (self->portal, self->user, project_id,
                                                  environment_id, &error));
  g_assert_error (error, MAINSTAY_ERROR, code);
}

static void
set_no_database (PortalFixture *self)
{
  g_autoptr(MainstayPortalEnvironment) now = portal_fixture_look (self, self->test);
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, NULL);

  g_clear_pointer (&now->database_uri, g_free);
  now->database_uri = g_strdup ("none:");
  g_assert_true (mainstay_portal_store_put_environment (tx, now, NULL));
  g_assert_true (mainstay_portal_transaction_commit (tx, NULL));
}

static void
test_lookups (PortalFixture *self,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  const int rights = MAINSTAY_PORTAL_RIGHT_API;

  check_lookup (self, "x", self->test->id, MAINSTAY_ERROR_INVALID_PARAMETERS);
  check_lookup (self, self->test->project_id, NULL, MAINSTAY_ERROR_INVALID_PARAMETERS);
  check_lookup (self, self->other->project_id, self->test->id,
                MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND);
  check_lookup (self, self->test->project_id, self->test->project_id,
                MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND);
  set_no_database (self);
  check_lookup (self, self->test->project_id, self->test->id, MAINSTAY_ERROR_NOT_SUPPORTED);
  g_assert_null (mainstay_portal_find_environment (self->portal, self->user, "nothing", "Test",
                                                   rights, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_APP_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (mainstay_portal_find_environment (self->portal, self->user, "harbour", "", rights,
                                                   &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_ENVIRONMENT);
  g_clear_error (&error);
  g_assert_null (mainstay_portal_find_environment (self->portal, self->user, "harbour", "None",
                                                   rights, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keys", test_keys);
  ADD ("not-stored", test_not_stored);
  ADD ("rights", test_rights);
  ADD ("source-rights", test_source_rights);
  ADD ("lookups", test_lookups);
  return g_test_run ();
}
