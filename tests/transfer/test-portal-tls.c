/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "awaited.h"
#include "fake-operation.h"
#include "mainstay-backup-list.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-link-request.h"
#include "mainstay-operations.h"
#include "scratch.h"
#include "test-api-fixture.h"

/* The real program with a certificate, and the client as the application has it. Trusted is what an
 * authority of the test's own has signed, and nothing else; as on a machine where it was added. */

static const char *program;
static char *folder;

static void
run_openssl (const char *const *arguments)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) argv = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  g_strv_builder_add_many (builder, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                           "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", NULL);
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
make_certificates (void)
{
  run_openssl ((const char *[]) { "-subj", "/CN=authority", "-keyout", "authority.key", "-out",
                                  "authority", NULL });
  run_openssl ((const char *[]) { "-subj", "/CN=portal", "-CA", "authority", "-CAkey",
                                  "authority.key", "-addext", "subjectAltName=IP:127.0.0.1",
                                  "-addext", "basicConstraints=critical,CA:FALSE", "-keyout",
                                  "signed.key", "-out", "signed", NULL });
  run_openssl ((const char *[]) { "-subj", "/CN=elsewhere", "-CA", "authority", "-CAkey",
                                  "authority.key", "-addext",
                                  "subjectAltName=DNS:elsewhere.example", "-addext",
                                  "basicConstraints=critical,CA:FALSE", "-keyout",
                                  "elsewhere.key", "-out", "elsewhere", NULL });
  run_openssl ((const char *[]) { "-subj", "/CN=stranger", "-addext",
                                  "subjectAltName=IP:127.0.0.1", "-keyout", "stranger.key", "-out",
                                  "stranger", NULL });
}

static void
trust_authority (void)
{
  g_autofree char *path = g_build_filename (folder, "authority", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GTlsDatabase) database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

static TestApi *
serve (const char *certificate)
{
  TestApi *api = test_api_new_idle ();
  g_autofree char *path = g_build_filename (folder, certificate, NULL);
  g_autofree char *key = g_strconcat (path, ".key", NULL);

  test_api_spawn (api, program, (const char *[]) { "--tls-certificate", path, "--tls-key", key,
                                                   NULL });
  return api;
}

static MainstayClient *
connect_client (TestApi *api)
{
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", api->port);
  g_autoptr(GError) error = NULL;
  MainstayClient *client = mainstay_client_new (url, "ann@example.com", api->ann_key, &error);

  g_assert_no_error (error);
  return client;
}

static GPtrArray *
list_apps (MainstayClient  *client,
           GError         **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  mainstay_client_list_apps_async (client, NULL, awaited_cb, &result);
  return mainstay_client_list_apps_finish (client, awaited_wait (&result), error);
}

static void
run (MainstayOperation *operation)
{
  mainstay_operation_start (operation);
  wait_for_end (operation);
  g_assert_no_error (mainstay_operation_get_error (operation));
  g_assert_cmpint (mainstay_operation_get_state (operation), ==, MAINSTAY_OPERATION_DONE);
}

static MainstayEnvironment *
find_test (MainstayClient *client,
           MainstayApp    *app)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) environments = NULL;
  g_autoptr(GError) error = NULL;

  mainstay_client_list_environments_async (client, app, NULL, awaited_cb, &result);
  environments = mainstay_client_list_environments_finish (client, awaited_wait (&result),
                                                           &error);
  g_assert_no_error (error);
  for (unsigned int i = 0; i < environments->len; i++)
    if (strcmp (mainstay_environment_get_mode (environments->pdata[i]), "Test") == 0)
      return g_object_ref (environments->pdata[i]);
  g_assert_not_reached ();
}

static MainstayApp *
find_shop (GPtrArray *apps)
{
  for (unsigned int i = 0; i < apps->len; i++)
    if (strcmp (mainstay_app_get_id (apps->pdata[i]), "shop") == 0)
      return apps->pdata[i];
  g_assert_not_reached ();
}

/* A backup is made and downloaded. */
static void
test_trusted (void)
{
  g_autoptr(TestApi) api = serve ("signed");
  g_autoptr(MainstayClient) client = connect_client (api);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) apps = list_apps (client, &error);
  MainstayApp *app;
  g_autoptr(MainstayEnvironment) environment = NULL;
  g_autoptr(MainstayBackupList) list = NULL;
  g_autoptr(MainstayOperation) create = NULL;
  g_autoptr(MainstayOperation) download = NULL;
  g_autofree char *path = g_build_filename (folder, "backup.tar.gz", NULL);
  g_autofree char *log = NULL;

  g_assert_no_error (error);
  app = find_shop (apps);
  environment = find_test (client, app);
  list = mainstay_backup_list_new (client, app, environment);
  create = mainstay_create_operation_new (list, "Over TLS");
  run (create);
  download = mainstay_download_operation_new (client, app, environment,
                                              mainstay_operation_get_backup (create),
                                              MAINSTAY_DATA_FILES_AND_DATABASE, path);
  run (download);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_get_contents (api->log, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, "GET /archives/"));
}

static void
assert_nobody_asked (TestApi *api)
{
  g_autofree char *log = NULL;

  g_assert_true (g_file_get_contents (api->log, &log, NULL, NULL));
  g_assert_null (strstr (log, "GET "));
  g_assert_null (strstr (log, "POST "));
}

/* Neither the calls, with their key, nor a link, a secret itself, go there; nor do they by other
 * ways. */
static void
assert_refused (const char *certificate,
                const char *words)
{
  g_autoptr(TestApi) api = serve (certificate);
  g_autoptr(MainstayClient) client = connect_client (api);
  g_autofree char *link = g_strdup_printf ("https://127.0.0.1:%u/archives/0123/a.tar.gz",
                                           api->port);
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) link_error = NULL;
  g_autoptr(GPtrArray) apps = list_apps (client, &error);
  g_autoptr(MainstayLinkRequest) request = mainstay_link_request_new ();
  g_auto(MainstayLinkAnswer) answer = { 0 };

  g_assert_null (apps);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE);
  g_assert_cmpstr (error->message, ==, words);
  g_assert_cmpint (mainstay_link_request_open (request, link, 0, -1, NULL, &answer, NULL,
                                               &link_error), ==, MAINSTAY_LINK_REFUSED);
  g_assert_error (link_error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE);
  g_assert_cmpstr (link_error->message, ==, words);
  assert_nobody_asked (api);
}

static void
test_stranger (void)
{
  assert_refused ("stranger", "No authority that this computer trusts has signed the certificate");
}

static void
test_elsewhere (void)
{
  assert_refused ("elsewhere", "The certificate is for another address");
}

/* An address with http:// that is a server's with TLS only. */
static void
test_plain (void)
{
  g_autoptr(TestApi) api = serve ("signed");
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", api->port);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayClient) client = mainstay_client_new (url, "ann@example.com", api->ann_key,
                                                          &error);
  g_autoptr(GPtrArray) apps = NULL;

  g_assert_no_error (error);
  mainstay_client_set_wait_scale (client, 0.01);
  apps = list_apps (client, &error);
  g_assert_null (apps);
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE);
  assert_nobody_asked (api);
}

int
main (int   argc,
      char *argv[])
{
  Scratch scratch = { NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  scratch_set_up (&scratch, NULL);
  folder = scratch.path;
  make_certificates ();
  trust_authority ();
  g_test_add_func ("/transfer/portal-tls/trusted", test_trusted);
  g_test_add_func ("/transfer/portal-tls/stranger", test_stranger);
  g_test_add_func ("/transfer/portal-tls/elsewhere", test_elsewhere);
  g_test_add_func ("/transfer/portal-tls/plain", test_plain);
  status = g_test_run ();
  scratch_tear_down (&scratch, NULL);
  return status;
}
