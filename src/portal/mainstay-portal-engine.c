/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-engine.h"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-portal-engine-sqlite.h"

G_DEFINE_INTERFACE (MainstayPortalEngine, mainstay_portal_engine, G_TYPE_OBJECT)

static const struct
{
  const char *prefix;
  MainstayPortalEngine *(*create) (const char *path);
} engines[] = {
  { "sqlite:", mainstay_portal_engine_sqlite_new },
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
    if (g_str_has_prefix (uri, engines[i].prefix))
      {
        g_autofree char *path =
          g_canonicalize_filename (uri + strlen (engines[i].prefix), data_directory);

        return engines[i].create (path);
      }
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
mainstay_portal_engine_check (MainstayPortalEngine  *self,
                              const char            *dump,
                              GCancellable          *cancellable,
                              GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->check (self, dump, cancellable, error);
}

gboolean
mainstay_portal_engine_dump (MainstayPortalEngine  *self,
                             const char            *destination,
                             MainstayPortalMeter   *meter,
                             GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->dump (self, destination, meter, error);
}

char *
mainstay_portal_engine_load_beside (MainstayPortalEngine  *self,
                                    MainstayPortalSwap    *swap,
                                    GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), NULL);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->load_beside (self, swap, error);
}

gboolean
mainstay_portal_engine_make_empty (MainstayPortalEngine  *self,
                                   const char            *path,
                                   GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_PORTAL_ENGINE (self), FALSE);

  return MAINSTAY_PORTAL_ENGINE_GET_IFACE (self)->make_empty (self, path, error);
}
