/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-backup-order.h"
#include "mainstay-call.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-json.h"

/* Backups v2, except what starts a job. */

#define MOST_REMEMBERED 100

static gpointer
build_backups (MainstayRequest  *request,
               JsonNode         *root,
               GError          **error)
{
  JsonArray *array = mainstay_call_get_array (root, "snapshots", error);
  GPtrArray *list;

  if (array == NULL)
    return NULL;
  list = mainstay_call_build_list (request, array,
                                   (MainstayElementFunc) mainstay_backup_new_from_json,
                                   g_object_unref, error);
  request->total = mainstay_json_get_int (json_node_get_object (root), "total", -1);
  g_ptr_array_sort (list, mainstay_backup_order_compare_pointers);
  return list;
}

void
mainstay_client_list_backups_async (MainstayClient      *self,
                                    MainstayApp         *app,
                                    const char          *environment_id,
                                    int                  offset,
                                    int                  limit,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autofree char *path = NULL;
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);

  path = mainstay_call_environment (app, environment_id, "snapshots", NULL);
  request = mainstay_request_new ("GET",
                                  g_strdup_printf ("%s?offset=%d&limit=%d", path, offset, limit),
                                  build_backups, (GDestroyNotify) g_ptr_array_unref,
                                  &mainstay_retry_read);
  mainstay_request_run_async (self, request, mainstay_client_list_backups_async, cancellable,
                              callback, user_data);
}

GPtrArray *
mainstay_client_list_backups_finish (MainstayClient  *self,
                                     GAsyncResult    *result,
                                     GError         **error)
{
  GPtrArray *list = mainstay_client_finish_request (self, result,
                                                    mainstay_client_list_backups_async, error);

  for (unsigned int i = 0; list != NULL && i < MIN (list->len, MOST_REMEMBERED); i++)
    mainstay_client_saw_backup (self, g_ptr_array_index (list, i));
  return list;
}

/** mainstay_client_list_backups_total: Returns: as the server says, -1 when it does not */
gint64
mainstay_client_list_backups_total (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_client_list_backups_async), -1);

  return mainstay_request_of (result)->total;
}

unsigned int
mainstay_client_list_backups_received (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_client_list_backups_async), 0);

  return mainstay_request_of (result)->received;
}

static gpointer
build_backup (MainstayRequest  *request,
              JsonNode         *root,
              GError          **error)
{
  JsonObject *object = mainstay_build_get_object (root, error);

  return object != NULL ? mainstay_backup_new_from_json (object, error) : NULL;
}

MainstayRequest *
mainstay_client_new_create_request (MainstayApp *app,
                                    const char  *environment_id,
                                    const char  *comment)
{
  MainstayRequest *request =
    mainstay_request_new ("POST",
                          mainstay_call_environment (app, environment_id, "snapshots", NULL),
                          build_backup, g_object_unref, &mainstay_retry_action);

  request->body = comment != NULL && *comment != '\0'
                    ? mainstay_call_body ("comment", comment, NULL)
                    : g_strdup ("{}");
  return request;
}

void
mainstay_client_get_backup_async (MainstayClient      *self,
                                  MainstayApp         *app,
                                  const char          *environment_id,
                                  const char          *backup_id,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (backup_id != NULL);

  request = mainstay_request_new ("GET",
                                  mainstay_call_environment (app, environment_id, "snapshots",
                                                             backup_id, NULL),
                                  build_backup, g_object_unref, &mainstay_retry_read);
  mainstay_request_run_async (self, request, mainstay_client_get_backup_async, cancellable,
                              callback, user_data);
}

MainstayBackup *
mainstay_client_get_backup_finish (MainstayClient  *self,
                                   GAsyncResult    *result,
                                   GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_get_backup_async, error);
}

void
mainstay_client_set_comment_async (MainstayClient      *self,
                                   MainstayApp         *app,
                                   const char          *environment_id,
                                   const char          *backup_id,
                                   const char          *comment,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (backup_id != NULL);

  request = mainstay_request_new ("PUT",
                                  mainstay_call_environment (app, environment_id, "snapshots",
                                                             backup_id, NULL),
                                  build_backup, g_object_unref, &mainstay_retry_repeat);
  request->body = mainstay_call_body ("comment", comment != NULL ? comment : "", NULL);
  mainstay_request_run_async (self, request, mainstay_client_set_comment_async, cancellable,
                              callback, user_data);
}

MainstayBackup *
mainstay_client_set_comment_finish (MainstayClient  *self,
                                    GAsyncResult    *result,
                                    GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_set_comment_async, error);
}

void
mainstay_client_delete_backup_async (MainstayClient      *self,
                                     MainstayApp         *app,
                                     const char          *environment_id,
                                     const char          *backup_id,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  MainstayRequest *request;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);
  g_return_if_fail (backup_id != NULL);

  request = mainstay_request_new ("DELETE",
                                  mainstay_call_environment (app, environment_id, "snapshots",
                                                             backup_id, NULL),
                                  mainstay_build_nothing, NULL, &mainstay_retry_repeat);
  request->gone_is_good = TRUE;
  mainstay_request_run_async (self, request, mainstay_client_delete_backup_async, cancellable,
                              callback, user_data);
}

gboolean
mainstay_client_delete_backup_finish (MainstayClient  *self,
                                      GAsyncResult    *result,
                                      GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_delete_backup_async,
                                         error) != NULL;
}
