/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>

#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-operation-list.h"
#include "mainstay-operations.h"
#include "mainstay-transfer-registry.h"

/* The transfers of the application without its windows, for a runner that kills it: takes up what
 * is unfinished, else begins what is asked for, and says how it ended. */

#define ACCOUNT "account"

enum { EXIT_DONE = 0, EXIT_USAGE = 2, EXIT_FAILED = 3, EXIT_NOT_BEGUN = 4 };

typedef struct
{
  char *portal;
  char *mode;
  char *backup;
  char *download; /* where to */
  char *upload;   /* what */
  double wait_scale;
} Options;

typedef struct
{
  Options options;
  MainstayClient *client;
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayBackup *backup;
  MainstayTransferRegistry *registry;
  MainstayOperationList *list;
} Headless;

static void
options_clear (Options *self)
{
  g_clear_pointer (&self->portal, g_free);
  g_clear_pointer (&self->mode, g_free);
  g_clear_pointer (&self->backup, g_free);
  g_clear_pointer (&self->download, g_free);
  g_clear_pointer (&self->upload, g_free);
}

static void
ended_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static gboolean
find_app (Headless  *self,
          GError   **error)
{
  g_autoptr(GAsyncResult) loaded = NULL;
  g_autoptr(GAsyncResult) listed = NULL;
  g_autoptr(GPtrArray) apps = NULL;

  mainstay_client_load_capabilities_async (self->client, NULL, ended_cb, &loaded);
  if (!mainstay_client_load_capabilities_finish (self->client, wait_for_result (&loaded), error))
    return FALSE;
  mainstay_client_list_apps_async (self->client, NULL, ended_cb, &listed);
  apps = mainstay_client_list_apps_finish (self->client, wait_for_result (&listed), error);
  if (apps == NULL)
    return FALSE;
  self->app = g_object_ref (g_ptr_array_index (apps, 0));
  return TRUE;
}

static gboolean
find_environment (Headless  *self,
                  GError   **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  mainstay_client_get_environment_async (self->client, self->app, self->options.mode, NULL,
                                         ended_cb, &result);
  self->environment = mainstay_client_get_environment_finish (self->client,
                                                              wait_for_result (&result), error);
  return self->environment != NULL;
}

static gboolean
find_backup (Headless  *self,
             GError   **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  if (self->options.backup == NULL)
    return TRUE;
  mainstay_client_get_backup_async (self->client, self->app,
                                    mainstay_environment_get_id (self->environment),
                                    self->options.backup, NULL, ended_cb, &result);
  self->backup = mainstay_client_get_backup_finish (self->client, wait_for_result (&result),
                                                    error);
  return self->backup != NULL;
}

static MainstayOperation *
begin (Headless  *self,
       GError   **error)
{
  MainstayOperation *operation;

  if (!find_app (self, error) || !find_environment (self, error) || !find_backup (self, error))
    return NULL;
  operation = self->options.upload != NULL
                ? mainstay_upload_operation_new (self->client, self->app, self->environment, NULL,
                                                 self->options.upload)
                : mainstay_download_operation_new (self->client, self->app, self->environment,
                                                   self->backup, MAINSTAY_DATA_FILES_AND_DATABASE,
                                                   self->options.download);
  printf ("begins\n");
  mainstay_transfer_registry_track (self->registry, operation, ACCOUNT, "Portal");
  mainstay_operation_list_add (self->list, operation);
  return operation;
}

/* As the application does when the account is ready, and then a person where it had failed. */
static MainstayOperation *
take_up (Headless  *self,
         GError   **error)
{
  g_autoptr(GAsyncResult) loaded = NULL;
  g_autoptr(GPtrArray) operations = NULL;
  MainstayOperation *operation;

  mainstay_transfer_registry_load_async (self->registry, NULL, ended_cb, &loaded);
  operations = mainstay_transfer_registry_load_finish (self->registry, wait_for_result (&loaded),
                                                       error);
  if (operations == NULL || operations->len == 0)
    return NULL;
  g_assert_cmpuint (operations->len, ==, 1);
  operation = g_object_ref (g_ptr_array_index (operations, 0));
  g_assert_cmpstr (mainstay_transfer_registry_get_account (self->registry, operation), ==,
                   ACCOUNT);
  printf ("goes on\n");
  mainstay_operation_list_add (self->list, operation);
  mainstay_operation_release (operation, self->client);
  if (mainstay_operation_can_retry (operation))
    mainstay_operation_retry (operation);
  return operation;
}

static int
tell (MainstayOperation *operation)
{
  const GError *error = mainstay_operation_get_error (operation);

  if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_DONE)
    {
      printf ("done\n");
      return EXIT_DONE;
    }
  printf ("failed %s %d %s\n", g_quark_to_string (error->domain), error->code, error->message);
  return EXIT_FAILED;
}

static gboolean
flush (Headless  *self,
       GError   **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  mainstay_transfer_registry_flush_async (self->registry, NULL, ended_cb, &result);
  return mainstay_transfer_registry_flush_finish (self->registry, wait_for_result (&result),
                                                  error);
}

static int
run (Headless *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayOperation) operation = take_up (self, &error);

  if (operation == NULL && error == NULL)
    operation = begin (self, &error);
  if (operation == NULL)
    {
      printf ("not begun: %s\n", error->message);
      return EXIT_NOT_BEGUN;
    }
  while (!mainstay_operation_has_ended (operation))
    g_main_context_iteration (NULL, TRUE);
  if (!flush (self, &error))
    printf ("not kept: %s\n", error->message);
  return tell (operation);
}

static gboolean
parse_options (Options   *options,
               int        argc,
               char     **argv,
               GError   **error)
{
  const GOptionEntry entries[] = {
    { "portal", 0, 0, G_OPTION_ARG_STRING, &options->portal, "Its address", "URL" },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &options->mode, "The environment", "MODE" },
    { "backup", 0, 0, G_OPTION_ARG_STRING, &options->backup, "What to download", "ID" },
    { "download", 0, 0, G_OPTION_ARG_FILENAME, &options->download, "Where to", "FILE" },
    { "upload", 0, 0, G_OPTION_ARG_FILENAME, &options->upload, "Uploaded files", "FILE" },
    { "wait-scale", 0, 0, G_OPTION_ARG_DOUBLE, &options->wait_scale, "Of all waits", "FACTOR" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (options->portal != NULL && options->mode != NULL &&
      (options->download != NULL) != (options->upload != NULL))
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "Something is missing");
  return FALSE;
}

int
main (int    argc,
      char **argv)
{
  Headless self = { .options = { .wait_scale = 1 } };
  g_autoptr(GError) error = NULL;
  int status;

  /* So that a runner that is killed leaves none behind. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (parse_options (&self.options, argc, argv, &error))
    self.client = mainstay_client_new (self.options.portal, g_getenv ("FAULT_USERNAME"),
                                       g_getenv ("FAULT_KEY"), &error);
  if (self.client == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return EXIT_USAGE;
    }
  mainstay_client_set_wait_scale (self.client, self.options.wait_scale);
  self.list = mainstay_operation_list_new ();
  self.registry = mainstay_transfer_registry_new (NULL);
  mainstay_transfer_registry_add_kind (self.registry, MAINSTAY_OPERATION_DOWNLOAD,
                                       mainstay_download_operation_new_from_record);
  mainstay_transfer_registry_add_kind (self.registry, MAINSTAY_OPERATION_UPLOAD,
                                       mainstay_upload_operation_new_from_record);
  status = run (&self);
  g_clear_object (&self.list);
  g_clear_object (&self.registry);
  g_clear_object (&self.backup);
  g_clear_object (&self.environment);
  g_clear_object (&self.app);
  g_clear_object (&self.client);
  options_clear (&self.options);
  return status;
}
