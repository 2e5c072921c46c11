/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "mainstay-app.h"
#include "mainstay-backup.h"
#include "mainstay-environment.h"
#include "mainstay-job.h"
#include "mainstay-package.h"

G_BEGIN_DECLS

/**
 * MainstayExtensions:
 *
 * What a portal can do beyond the documented API (portal-api.md, part 3). None on Mendix Cloud.
 */
typedef enum {
  MAINSTAY_EXTENSION_NONE = 0,
  MAINSTAY_EXTENSION_SNAPSHOT_DETAILS = 1 << 0,
  MAINSTAY_EXTENSION_FILES_ONLY = 1 << 1,
  MAINSTAY_EXTENSION_UPLOAD_DATA = 1 << 2,
  MAINSTAY_EXTENSION_ACTIVITY = 1 << 3
} MainstayExtensions;

/**
 * MainstayDataType:
 *
 * What an archive is asked to hold: `data_type` of portal-api.md.
 */
typedef enum {
  MAINSTAY_DATA_FILES_AND_DATABASE,
  MAINSTAY_DATA_DATABASE_ONLY,
  MAINSTAY_DATA_FILES_ONLY
} MainstayDataType;

const char *mainstay_data_type_to_string (MainstayDataType data_type);

/**
 * MainstayClient:
 *
 * One account on one portal, spoken to over its HTTP API (portal-api.md). Holds the API key in
 * memory and sends it to the origin of its address only: never across a redirect, never to an
 * archive link elsewhere. Retries what is transient and may be repeated; after a create whose
 * answer was lost it looks at the list before it asks again.
 *
 * Every operation fails with %MAINSTAY_ERROR or %G_IO_ERROR_CANCELLED and no other error.
 */
#define MAINSTAY_TYPE_CLIENT (mainstay_client_get_type ())
G_DECLARE_FINAL_TYPE (MainstayClient, mainstay_client, MAINSTAY, CLIENT, GObject)

/* %MAINSTAY_ERROR_INSECURE for plain HTTP to anything but loopback, or an address that is none. */
MainstayClient    *mainstay_client_new                   (const char           *base_url,
                                                          const char           *username,
                                                          const char           *api_key,
                                                          GError              **error);
/* For a worker thread, where alone it may be used: the same account, connections of its own. */
MainstayClient    *mainstay_client_clone                 (MainstayClient       *self);
const char        *mainstay_client_get_base_url          (MainstayClient       *self);
const char        *mainstay_client_get_username          (MainstayClient       *self);
/* After a 401: the same account with a new key. */
void               mainstay_client_set_api_key           (MainstayClient       *self,
                                                          const char           *api_key);
/* Whether @url has the scheme, host and port of the account, so that API headers may go there. */
gboolean           mainstay_client_is_own_origin         (MainstayClient       *self,
                                                          const char           *url);
/* None until mainstay_client_load_capabilities_async() has ended well. */
MainstayExtensions mainstay_client_get_extensions        (MainstayClient       *self);

/* For transfers, which move bytes themselves. @url is a path below the account's address or a whole
 * URL; API headers are on it only when it is of the account's own origin, and redirects are never
 * followed. %NULL when @url is no address, which mainstay_client_send_async() tells as a bad
 * answer. The body is given as it is on the wire, never unpacked. (transfer full) (nullable) */
SoupMessage       *mainstay_client_new_message           (MainstayClient       *self,
                                                          const char           *method,
                                                          const char           *url);
/* Sends @message once, without retries, and gives the stream of the answer's body. A status of 400
 * or above and a redirect become a %MAINSTAY_ERROR; the status and headers stay on @message. */
void               mainstay_client_send_async            (MainstayClient       *self,
                                                          SoupMessage          *message,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
GInputStream      *mainstay_client_send_finish           (MainstayClient       *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);

/* The same for a worker thread and its clone: blocks. */
GInputStream      *mainstay_client_send                  (MainstayClient       *self,
                                                          SoupMessage          *message,
                                                          GCancellable         *cancellable,
                                                          GError              **error);

/* Every operation is a pair. Objects and arrays are given away by the finish function. */

/* TRUE also where the portal has none (404); FALSE only when it could not be found out. */
void mainstay_client_load_capabilities_async (MainstayClient      *self,
                                              GCancellable        *cancellable,
                                              GAsyncReadyCallback  callback,
                                              gpointer             user_data);
gboolean mainstay_client_load_capabilities_finish (MainstayClient  *self,
                                                   GAsyncResult    *result,
                                                   GError         **error);

/* (transfer full) (element-type MainstayApp) */
void mainstay_client_list_apps_async (MainstayClient      *self,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
GPtrArray *mainstay_client_list_apps_finish (MainstayClient  *self,
                                             GAsyncResult    *result,
                                             GError         **error);

/* (transfer full) (element-type MainstayEnvironment) */
void mainstay_client_list_environments_async (MainstayClient      *self,
                                              MainstayApp         *app,
                                              GCancellable        *cancellable,
                                              GAsyncReadyCallback  callback,
                                              gpointer             user_data);
GPtrArray *mainstay_client_list_environments_finish (MainstayClient  *self,
                                                     GAsyncResult    *result,
                                                     GError         **error);

/* (transfer full) */
void mainstay_client_get_environment_async (MainstayClient      *self,
                                            MainstayApp         *app,
                                            const char          *mode,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             user_data);
MainstayEnvironment *mainstay_client_get_environment_finish (MainstayClient  *self,
                                                             GAsyncResult    *result,
                                                             GError         **error);

/* (transfer full) (element-type MainstayPackage) */
void mainstay_client_list_packages_async (MainstayClient      *self,
                                          MainstayApp         *app,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
GPtrArray *mainstay_client_list_packages_finish (MainstayClient  *self,
                                                 GAsyncResult    *result,
                                                 GError         **error);

/* (transfer full): the package deployed in the environment */
void mainstay_client_get_package_async (MainstayClient      *self,
                                        MainstayApp         *app,
                                        const char          *mode,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
MainstayPackage *mainstay_client_get_package_finish (MainstayClient  *self,
                                                     GAsyncResult    *result,
                                                     GError         **error);

/* Deploys a package; the environment must be stopped. */
void mainstay_client_transport_async (MainstayClient      *self,
                                      MainstayApp         *app,
                                      const char          *mode,
                                      const char          *package_id,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
MainstayPackage *mainstay_client_transport_finish (MainstayClient  *self,
                                                   GAsyncResult    *result,
                                                   GError         **error);

/* Ends when the environment is stopped or running, which it waits for by asking. An already
 * started or stopped one is no error. */
void mainstay_client_stop_environment_async (MainstayClient      *self,
                                             MainstayApp         *app,
                                             const char          *mode,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean mainstay_client_stop_environment_finish (MainstayClient  *self,
                                                  GAsyncResult    *result,
                                                  GError         **error);

void mainstay_client_start_environment_async (MainstayClient      *self,
                                              MainstayApp         *app,
                                              const char          *mode,
                                              GCancellable        *cancellable,
                                              GAsyncReadyCallback  callback,
                                              gpointer             user_data);
gboolean mainstay_client_start_environment_finish (MainstayClient  *self,
                                                   GAsyncResult    *result,
                                                   GError         **error);

/* One page; (transfer full) (element-type MainstayBackup). Parsed off the main loop. A server may
 * answer all backups at once. */
void mainstay_client_list_backups_async (MainstayClient      *self,
                                         MainstayApp         *app,
                                         const char          *environment_id,
                                         int                  offset,
                                         int                  limit,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
GPtrArray *mainstay_client_list_backups_finish (MainstayClient  *self,
                                                GAsyncResult    *result,
                                                GError         **error);

/* How many backups the environment has, from the answer of list_backups. */
gint64             mainstay_client_list_backups_total    (GAsyncResult         *result);
/* (transfer full) */
void mainstay_client_create_backup_async (MainstayClient      *self,
                                          MainstayApp         *app,
                                          const char          *environment_id,
                                          const char          *comment,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
MainstayBackup *mainstay_client_create_backup_finish (MainstayClient  *self,
                                                      GAsyncResult    *result,
                                                      GError         **error);

void mainstay_client_get_backup_async (MainstayClient      *self,
                                       MainstayApp         *app,
                                       const char          *environment_id,
                                       const char          *backup_id,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data);
MainstayBackup *mainstay_client_get_backup_finish (MainstayClient  *self,
                                                   GAsyncResult    *result,
                                                   GError         **error);

void mainstay_client_set_comment_async (MainstayClient      *self,
                                        MainstayApp         *app,
                                        const char          *environment_id,
                                        const char          *backup_id,
                                        const char          *comment,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
MainstayBackup *mainstay_client_set_comment_finish (MainstayClient  *self,
                                                    GAsyncResult    *result,
                                                    GError         **error);

void mainstay_client_delete_backup_async (MainstayClient      *self,
                                          MainstayApp         *app,
                                          const char          *environment_id,
                                          const char          *backup_id,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
gboolean mainstay_client_delete_backup_finish (MainstayClient  *self,
                                               GAsyncResult    *result,
                                               GError         **error);

/* (transfer full) */
void mainstay_client_make_archive_async (MainstayClient      *self,
                                         MainstayApp         *app,
                                         const char          *environment_id,
                                         const char          *backup_id,
                                         MainstayDataType     data_type,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
MainstayJob *mainstay_client_make_archive_finish (MainstayClient  *self,
                                                  GAsyncResult    *result,
                                                  GError         **error);

void mainstay_client_get_archive_async (MainstayClient      *self,
                                        MainstayApp         *app,
                                        const char          *environment_id,
                                        const char          *backup_id,
                                        const char          *archive_id,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
MainstayJob *mainstay_client_get_archive_finish (MainstayClient  *self,
                                                 GAsyncResult    *result,
                                                 GError         **error);

/* The environment is the target. */
void mainstay_client_restore_async (MainstayClient      *self,
                                    MainstayApp         *app,
                                    const char          *environment_id,
                                    const char          *backup_id,
                                    gboolean             database_only,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
MainstayJob *mainstay_client_restore_finish (MainstayClient  *self,
                                             GAsyncResult    *result,
                                             GError         **error);

void mainstay_client_get_restore_async (MainstayClient      *self,
                                        MainstayApp         *app,
                                        const char          *environment_id,
                                        const char          *restore_id,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
MainstayJob *mainstay_client_get_restore_finish (MainstayClient  *self,
                                                 GAsyncResult    *result,
                                                 GError         **error);

/* upload-data: either upload may be NULL. */
void mainstay_client_load_data_async (MainstayClient      *self,
                                      MainstayApp         *app,
                                      const char          *environment_id,
                                      const char          *database_upload,
                                      const char          *files_upload,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
MainstayJob *mainstay_client_load_data_finish (MainstayClient  *self,
                                               GAsyncResult    *result,
                                               GError         **error);

void mainstay_client_get_data_upload_async (MainstayClient      *self,
                                            MainstayApp         *app,
                                            const char          *environment_id,
                                            const char          *data_upload_id,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             user_data);
MainstayJob *mainstay_client_get_data_upload_finish (MainstayClient  *self,
                                                     GAsyncResult    *result,
                                                     GError         **error);

/* (transfer full) (nullable): the newest job that loads or loaded these uploads; NULL without an
 * error when there is none. Either may be NULL. %MAINSTAY_ERROR_NOT_FOUND where the portal keeps no
 * list of them. */
void mainstay_client_find_data_upload_async (MainstayClient      *self,
                                             MainstayApp         *app,
                                             const char          *environment_id,
                                             const char          *database_upload,
                                             const char          *files_upload,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
MainstayJob *mainstay_client_find_data_upload_finish (MainstayClient  *self,
                                                      GAsyncResult    *result,
                                                      GError         **error);

/* activity: newest first; (transfer full) (element-type MainstayActivityEntry) */
void mainstay_client_list_activity_async (MainstayClient      *self,
                                          MainstayApp         *app,
                                          const char          *environment_id,
                                          int                  offset,
                                          int                  limit,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
GPtrArray *mainstay_client_list_activity_finish (MainstayClient  *self,
                                                 GAsyncResult    *result,
                                                 GError         **error);


G_END_DECLS
