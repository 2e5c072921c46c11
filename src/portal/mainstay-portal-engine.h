/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-portal-backup.h"
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

  MainstayDumpEngine (*get_dump_engine) (MainstayPortalEngine      *self);
  gint64   (*get_size)   (MainstayPortalEngine      *self);
  gboolean (*prepare)    (MainstayPortalEngine      *self,
                          GError                   **error);
  gboolean (*accepts)    (MainstayPortalEngine      *self,
                          const MainstayBackupFile  *file,
                          GError                   **error);
  gboolean (*dump)       (MainstayPortalEngine      *self,
                          GOutputStream             *to,
                          MainstayPortalMeter       *meter,
                          GError                   **error);
  gboolean (*load)       (MainstayPortalEngine      *self,
                          const char                *dump,
                          MainstayPortalSwap        *swap,
                          MainstayPortalMeter       *meter,
                          GError                   **error);
  gboolean (*restore)    (MainstayPortalEngine      *self,
                          MainstayPortalBackup      *backup,
                          MainstayPortalContentStore *store,
                          const char                *staging,
                          MainstayPortalSwap        *swap,
                          MainstayPortalMeter       *meter,
                          GError                   **error);
  gboolean (*make_empty) (MainstayPortalEngine      *self,
                          MainstayPortalSwap        *swap,
                          MainstayPortalMeter       *meter,
                          GError                   **error);

  /* Of those that are no files, for which the swap has no renames of its own. */
  gboolean (*exchange)   (MainstayPortalEngine      *self,
                          const char                *job_id,
                          GError                   **error);
  gboolean (*roll_back)  (MainstayPortalEngine      *self,
                          const char                *job_id,
                          GError                   **error);
  gboolean (*finish)     (MainstayPortalEngine      *self,
                          const char                *job_id,
                          GError                   **error);
};

/* MAINSTAY_ERROR_NOT_SUPPORTED when there is no engine for @uri. Relative paths in it are below
 * @data_directory. */
MainstayPortalEngine *
         mainstay_portal_engine_new             (const char                *uri,
                                                 const char                *data_directory,
                                                 GError                   **error);
/* The kind of dump it makes and takes. */
MainstayDumpEngine
         mainstay_portal_engine_get_dump_engine (MainstayPortalEngine      *self);
/* Bytes, about; 0 when unknown. */
gint64   mainstay_portal_engine_get_size        (MainstayPortalEngine      *self);
/* Makes the database when it is the portal's own and not there; what was given must be there. */
gboolean mainstay_portal_engine_prepare         (MainstayPortalEngine      *self,
                                                 GError                   **error);
/* Whether the dump in @file is of a kind that can be loaded, before anything is touched:
 * MAINSTAY_ERROR_UNSUPPORTED. */
gboolean mainstay_portal_engine_accepts         (MainstayPortalEngine      *self,
                                                 const MainstayBackupFile  *file,
                                                 GError                   **error);
/* Writes what the database holds at one moment to @to, which is left open, while apps go on
 * writing. After a failure, what was written is no dump. */
gboolean mainstay_portal_engine_dump            (MainstayPortalEngine      *self,
                                                 GOutputStream             *to,
                                                 MainstayPortalMeter       *meter,
                                                 GError                   **error);
/* Makes a new database of the file @dump, checks it, and plans in @swap that it takes the place of
 * this one, durably: @swap need only be executed. @dump is the engine's to use up: it may be gone
 * when this returns. MAINSTAY_ERROR_DAMAGED. */
gboolean mainstay_portal_engine_load            (MainstayPortalEngine      *self,
                                                 const char                *dump,
                                                 MainstayPortalSwap        *swap,
                                                 MainstayPortalMeter       *meter,
                                                 GError                   **error);
/* The same with the dump of @backup; what it has to put on the disk meanwhile goes to the folder
 * @staging. */
gboolean mainstay_portal_engine_restore         (MainstayPortalEngine      *self,
                                                 MainstayPortalBackup      *backup,
                                                 MainstayPortalContentStore *store,
                                                 const char                *staging,
                                                 MainstayPortalSwap        *swap,
                                                 MainstayPortalMeter       *meter,
                                                 GError                   **error);
/* The same with a database that has nothing in it. */
gboolean mainstay_portal_engine_make_empty      (MainstayPortalEngine      *self,
                                                 MainstayPortalSwap        *swap,
                                                 MainstayPortalMeter       *meter,
                                                 GError                   **error);
/* For the swap alone; each may be repeated. Puts the new database in the place of this one. */
gboolean mainstay_portal_engine_exchange        (MainstayPortalEngine      *self,
                                                 const char                *job_id,
                                                 GError                   **error);
/* Undoes that, if it was done, and removes the new one. */
gboolean mainstay_portal_engine_roll_back       (MainstayPortalEngine      *self,
                                                 const char                *job_id,
                                                 GError                   **error);
/* Removes the old one. */
gboolean mainstay_portal_engine_finish          (MainstayPortalEngine      *self,
                                                 const char                *job_id,
                                                 GError                   **error);

/* @uri without what nobody should see. Returns: (transfer full) */
char    *mainstay_portal_engine_show_uri        (const char                *uri);

G_END_DECLS
