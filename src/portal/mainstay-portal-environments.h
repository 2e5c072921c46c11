/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-portal-records.h"

G_BEGIN_DECLS

/* An environment that is not in the records yet: Empty, with an SQLite database and a folder of
 * uploaded files of its own below the data folder. */
MainstayPortalEnvironment *
         mainstay_portal_environment_new     (const MainstayPortalApp          *app,
                                              const char                       *mode);
/* Makes the folders and the empty database below the data folder that are not there; what was given
 * elsewhere must be there. */
gboolean mainstay_portal_environment_prepare (const MainstayPortalEnvironment  *environment,
                                              const char                       *data_directory,
                                              GError                          **error);

G_END_DECLS
