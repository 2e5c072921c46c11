/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-engine.h"

#include <glib/gstdio.h>

#include "mainstay-error.h"
#include "mainstay-portal-backup-extract.h"
#include "mainstay-portal-engine-postgresql.h"
#include "mainstay-portal-engine-sqlite.h"
#include "mainstay-portal-postgresql-uri.h"

G_DEFINE_INTERFACE (MainstayPortalEngine, mainstay_portal_engine, G_TYPE_OBJECT)

static const struct
{
  const char *scheme;
  MainstayPortalEngine *(*create) (const char  *uri,
                                   const char  *data_directory,
                                   GError     **error);
} engines[] = {
  { "sqlite:", mainstay_portal_engine_sqlite_new },
  { "postgresql:", mainstay_portal_engine_postgresql_new },
  { "postgres:", mainstay_portal_engine_postgresql_new },
};

static void
mainstay_portal_engine_default_init (MainstayPortalEngineInterface *iface)
{
}

MainstayPortalEngine *
mainstay_portal_engine_new (const char  *uri,
                            const char  *data_directory,
                            GError     **error)
{
  for (size_t i = 0; uri != NULL && i < G_N_ELEMENTS (engines); i++)
    if (g_str_has_prefix (uri, engines[i].scheme))
      return engines[i].create (uri, data_directory, error);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_SUPPORTED,
                       "This environment has no database of which backups can be made");
  return NULL;
}

MainstayDumpEngine
mainstay_portal_engine_get_dump_engine (MainstayPortalEngine *self)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), MAINSTAY_DUMP_NONE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->get_dump_engine (self);
}

gint64
mainstay_portal_engine_get_size (MainstayPortalEngine *self)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), 0);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->get_size (self);
}

gboolean
mainstay_portal_engine_prepare (MainstayPortalEngine  *self,
                                GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->prepare (self, error);
}

gboolean
mainstay_portal_engine_accepts (MainstayPortalEngine      *self,
                                const MainstayBackupFile  *file,
                                GError                   **error)
{
  MainstayPortalEngineInterface *iface;

  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  iface = MAINSTAY_PORTAL_ENGINE_GET_IFACE (self);
  if (file->dump_engine == iface->get_dump_engine (self))
    return iface->accepts == NULL || iface->accepts (self, file, error);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED,
                       "This dump is of another kind of database than the environment has");
  return FALSE;
}

gboolean
mainstay_portal_engine_dump (MainstayPortalEngine  *self,
                             GOutputStream         *to,
                             MainstayPortalMeter   *meter,
                             GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (to), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->dump (self, to, meter, error);
}

gboolean
mainstay_portal_engine_load (MainstayPortalEngine  *self,
                             const char            *dump,
                             MainstayPortalSwap    *swap,
                             MainstayPortalMeter   *meter,
                             GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->load (self, dump, swap, meter, error);
}

static gboolean
restore_whole (MainstayPortalEngine        *self,
               MainstayPortalBackup        *backup,
               MainstayPortalContentStore  *store,
               const char                  *staging,
               MainstayPortalSwap          *swap,
               MainstayPortalMeter         *meter,
               GError                     **error)
{
  g_autofree char *path = g_build_filename (staging, MAINSTAY_PORTAL_DUMP_NAME, NULL);

  if (!mainstay_portal_backup_extract_dump (backup, store, path, meter, error) ||
      !mainstay_portal_engine_load (self, path, swap, meter, error))
    return FALSE;
  /* Its bytes need not go to the disk with the files. */
  g_unlink (path);
  return TRUE;
}

gboolean
mainstay_portal_engine_restore (MainstayPortalEngine        *self,
                                MainstayPortalBackup        *backup,
                                MainstayPortalContentStore  *store,
                                const char                  *staging,
                                MainstayPortalSwap          *swap,
                                MainstayPortalMeter         *meter,
                                GError                     **error)
{
  MainstayPortalEngineInterface *iface;

  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  iface = MAINSTAY_PORTAL_ENGINE_GET_IFACE (self);
  return (iface->restore != NULL && backup->blocks != NULL ? iface->restore : restore_whole) (
    self, backup, store, staging, swap, meter, error);
}

gboolean
mainstay_portal_engine_make_empty (MainstayPortalEngine  *self,
                                   MainstayPortalSwap    *swap,
                                   MainstayPortalMeter   *meter,
                                   GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->make_empty (self, swap, meter, error);
}

gboolean
mainstay_portal_engine_exchange (MainstayPortalEngine  *self,
                                 const char            *job_id,
                                 GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->exchange (self, job_id, error);
}

gboolean
mainstay_portal_engine_roll_back (MainstayPortalEngine  *self,
                                  const char            *job_id,
                                  GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->roll_back (self, job_id, error);
}

gboolean
mainstay_portal_engine_finish (MainstayPortalEngine  *self,
                               const char            *job_id,
                               GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->finish (self, job_id, error);
}

char *
mainstay_portal_engine_show_uri (const char *uri)
{
  return g_str_has_prefix (uri, "postgres") ? mainstay_portal_postgresql_uri_strip (uri)
                                            : g_strdup (uri);
}
