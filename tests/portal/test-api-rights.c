/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "mainstay-json.h"
#include "mainstay-portal-route.h"
#include "test-api-fixture.h"

/* Each call that needs a right, with each set of rights; on this environment, and on any other,
 * which help nobody here. */

#define RANDOM "12345678-9abc-4def-8123-456789abcdef"
#define DEPLOY "/api/1/apps/*/environments/*"
#define BACKUPS "/api/v2/apps/*/environments/*"
#define API MAINSTAY_PORTAL_RIGHT_API
#define ALL (API | MAINSTAY_PORTAL_RIGHT_BACKUPS | MAINSTAY_PORTAL_RIGHT_TRANSPORT)

/* What would happen with them is harmless, and never 401 or 403. */
static const struct
{
  const char *method;
  const char *pattern;
  MainstayPortalRights needed;
  const char *body;
} calls[] = {
  { "GET", DEPLOY, API, NULL },
  { "POST", DEPLOY "/start", API, "{broken" },
  { "GET", DEPLOY "/start/*", API, NULL },
  { "POST", DEPLOY "/stop", API, "{}" }, /* it is stopped */
  { "GET", DEPLOY "/package", API, NULL },
  { "POST", DEPLOY "/transport", API | MAINSTAY_PORTAL_RIGHT_TRANSPORT, "{}" },
  { "GET", BACKUPS "/snapshots", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "POST", BACKUPS "/snapshots", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, "{broken" },
  { "GET", BACKUPS "/snapshots/*", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "PUT", BACKUPS "/snapshots/*", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, "{\"comment\": \"a\"}" },
  { "DELETE", BACKUPS "/snapshots/*", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "POST", BACKUPS "/snapshots/*/archives", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "GET", BACKUPS "/snapshots/*/archives/*", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "GET", BACKUPS "/restores", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "POST", BACKUPS "/restores", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "GET", BACKUPS "/restores/*", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "GET", BACKUPS "/data-uploads", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "POST", BACKUPS "/data-uploads", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, "{}" },
  { "GET", BACKUPS "/data-uploads/*", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
  { "GET", BACKUPS "/activity", API | MAINSTAY_PORTAL_RIGHT_BACKUPS, NULL },
};

static void
set_rights (TestApi              *api,
            const char           *environment,
            MainstayPortalRights  rights)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (mainstay_portal_get_database (api->portal), &error);
  g_autoptr(MainstayPortalUser) ben =
    mainstay_portal_store_get_user (tx, "ben@example.com", &error);

  g_assert_no_error (error);
  g_assert_true (mainstay_portal_store_set_rights (tx, ben->id, environment, rights, &error));
  g_assert_true (mainstay_portal_transaction_commit (tx, &error));
}

/* The first two stand for the environment. */
static char *
make_path (TestApi    *api,
           const char *pattern)
{
  gboolean is_deploy = g_str_has_prefix (pattern, DEPLOY);
  g_auto(GStrv) parts = g_strsplit (pattern, "*", -1);
  GString *path = g_string_new (parts[0]);

  for (int i = 1; parts[i] != NULL; i++)
    {
      const char *name = RANDOM;

      if (i == 1)
        name = is_deploy ? "shop" : api->shop;
      else if (i == 2)
        name = is_deploy ? "Test" : api->test;
      g_string_append_printf (path, "%s%s", name, parts[i]);
    }
  return g_string_free (path, FALSE);
}

static void
check_calls (TestApi              *api,
             MainstayPortalRights  rights)
{
  for (size_t i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *path = make_path (api, calls[i].pattern);
      g_autoptr(TestReply) reply = NULL;

      g_test_message ("%s %s with %u", calls[i].method, calls[i].pattern, rights);
      reply = test_api_call_as (api, "ben@example.com", api->ben_key, calls[i].method, path, NULL,
                                calls[i].body);
      if ((rights & calls[i].needed) != calls[i].needed)
        test_reply_assert_error (reply, 403, "NO_ACCESS");
      else
        g_assert_true (reply->status != 401 && reply->status != 403);
    }
}

static void
test_each_call (void)
{
  g_autoptr(TestApi) api = test_api_new ();

  for (MainstayPortalRights rights = 0; rights <= ALL; rights++)
    {
      set_rights (api, api->test, rights);
      check_calls (api, rights);
    }
  set_rights (api, api->test, 0);
  for (char **other = (char *[]) { api->production, api->acceptance, api->odd, api->desk_test,
                                   NULL };
       *other != NULL; other++)
    set_rights (api, *other, ALL);
  check_calls (api, 0);
}

/* One that is added later is added here, too. */
static void
test_no_call_left_out (void)
{
  const MainstayPortalRoute *const tables[] = {
    mainstay_portal_deploy_routes, mainstay_portal_snapshot_routes, mainstay_portal_restore_routes,
    mainstay_portal_link_routes, mainstay_portal_tus_routes,
  };
  size_t n_found = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const MainstayPortalRoute *route = tables[i]; route->method != NULL; route++)
      {
        gboolean is_here = FALSE;

        for (size_t j = 0; j < G_N_ELEMENTS (calls); j++)
          is_here = is_here || (strcmp (calls[j].method, route->method) == 0 &&
                                strcmp (calls[j].pattern, route->pattern) == 0);
        g_test_message ("%s %s", route->method, route->pattern);
        g_assert_cmpint (is_here, ==, strstr (route->pattern, "/environments/") != NULL);
        n_found += is_here;
      }
  g_assert_cmpuint (n_found, ==, G_N_ELEMENTS (calls));
}

/* What has no environment in its path is no way around. */
static void
test_apps (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  const char *const paths[] = { "/api/1/apps/shop", "/api/1/apps/shop/packages",
                                "/api/1/apps/shop/environments" };

  set_rights (api, api->desk_test, ALL);
  for (MainstayPortalRights rights = 0; rights <= ALL; rights++)
    {
      g_autoptr(TestReply) list = NULL;

      set_rights (api, api->test, rights);
      list = test_api_call_as (api, "ben@example.com", api->ben_key, "GET", "/api/1/apps", NULL,
                               NULL);
      g_assert_cmpuint (json_array_get_length (json_node_get_array (list->json)), ==,
                        rights & API ? 2 : 1);
      for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
        {
          g_autoptr(TestReply) reply = test_api_call_as (api, "ben@example.com", api->ben_key,
                                                         "GET", paths[i], NULL, NULL);

          g_test_message ("%s with %u: %u", paths[i], rights, reply->status);
          if (rights & API)
            g_assert_cmpuint (reply->status, ==, 200);
          else
            test_reply_assert_error (reply, 403, "NO_ACCESS");
          /* Of the environments, only that one. */
          if ((rights & API) && i == 2)
            g_assert_cmpuint (json_array_get_length (json_node_get_array (reply->json)), ==, 1);
        }
    }
}

/* The target's rights are not enough: the backup is of another environment. */
static void
test_foreign_backup (void)
{
  g_autoptr(TestApi) api = test_api_new ();
  g_autofree char *backup = test_api_make_backup (api, api->production);
  g_autofree char *path = test_api_path (api->shop, api->test, "/restores?source_snapshot_id=%s",
                                         backup);

  set_rights (api, api->test, ALL);
  for (MainstayPortalRights rights = 0; rights <= ALL; rights++)
    {
      g_autoptr(TestReply) reply = NULL;

      set_rights (api, api->production, rights);
      reply = test_api_call_as (api, "ben@example.com", api->ben_key, "POST", path, NULL, NULL);
      if ((rights & API) && (rights & MAINSTAY_PORTAL_RIGHT_BACKUPS))
        g_assert_cmpuint (reply->status, ==, 200);
      else
        test_reply_assert_error (reply, 403, "NO_ACCESS");
      test_api_wait (api);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/rights/each-call", test_each_call);
  g_test_add_func ("/portal/rights/no-call-left-out", test_no_call_left_out);
  g_test_add_func ("/portal/rights/apps", test_apps);
  g_test_add_func ("/portal/rights/foreign-backup", test_foreign_backup);
  return g_test_run ();
}
