/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-portal-files.h"
#include "mainstay-portal-swap.h"

G_BEGIN_DECLS

/**
 * MainstayPortalEngine:
 *
 * The database of one environment, whatever kind of database it is. Chosen by the scheme of a URI;
 * all that the jobs know of databases is here. Blocks; for worker threads.
 */
#define MAINSTAY_TYPE_PORTAL_ENGINE (mainstay_portal_engine_get_type ())
G_DECLARE_INTERFACE (MainstayPortalEngine, mainstay_portal_engine, MAINSTAY, PORTAL_ENGINE, GObject)

struct _MainstayPortalEngineInterface
{
  GTypeInterface parent_interface;

  MainstayDumpEngine (*get_dump_engine) (MainstayPortalEngine  *self);
  gint64   (*get_size)    (MainstayPortalEngine  *self);
  gboolean (*check)       (MainstayPortalEngine  *self,
                           const char            *dump,
                           GCancellable          *cancellable,
                           GError               **error);
  gboolean (*dump)        (MainstayPortalEngine  *self,
                           const char            *destination,
                           MainstayPortalMeter   *meter,
                           GError               **error);
  char    *(*load_beside) (MainstayPortalEngine  *self,
                           MainstayPortalSwap    *swap,
                           GError               **error);
  gboolean (*make_empty)  (MainstayPortalEngine  *self,
                           const char            *path,
                           GError               **error);
};

/* MAINSTAY_ERROR_NOT_SUPPORTED when there is no engine for @uri. Relative paths in it are below
 * @data_directory. */
MainstayPortalEngine *
         mainstay_portal_engine_new             (const char            *uri,
                                                 const char            *data_directory,
                                                 GError               **error);
/* The kind of dump it makes and takes. */
MainstayDumpEngine
         mainstay_portal_engine_get_dump_engine (MainstayPortalEngine  *self);
/* Bytes, about; 0 when unknown. */
gint64   mainstay_portal_engine_get_size        (MainstayPortalEngine  *self);
/* Whether @dump is whole and can be loaded. MAINSTAY_ERROR_DAMAGED. */
gboolean mainstay_portal_engine_check           (MainstayPortalEngine  *self,
                                                 const char            *dump,
                                                 GCancellable          *cancellable,
                                                 GError               **error);
/* Writes what the database holds at one moment to the new file @destination, while apps go on
 * writing. */
gboolean mainstay_portal_engine_dump            (MainstayPortalEngine  *self,
                                                 const char            *destination,
                                                 MainstayPortalMeter   *meter,
                                                 GError               **error);
/* Plans in @swap that a new database takes the place of this one. Returns: (transfer full): where
 * to put its dump, which must be there and checked before @swap is executed. */
char    *mainstay_portal_engine_load_beside     (MainstayPortalEngine  *self,
                                                 MainstayPortalSwap    *swap,
                                                 GError               **error);
/* Makes the dump of a database with nothing in it. */
gboolean mainstay_portal_engine_make_empty      (MainstayPortalEngine  *self,
                                                 const char            *path,
                                                 GError               **error);

G_END_DECLS
