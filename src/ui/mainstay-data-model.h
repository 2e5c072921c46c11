/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

#include "mainstay-environment.h"

G_BEGIN_DECLS

/* Which model an environment's data comes from, and what must be done about it. Where the server
 * does not remember that a backup of an older model was restored (portal-api.md, part 3,
 * DataModelVersion), the settings do. */

/* Remembers a restore into @environment of a backup of @model_version (nullable). */
void  mainstay_data_model_restored (GSettings           *settings,
                                    MainstayEnvironment *environment,
                                    const char          *model_version);
/* Forgets it where that model is deployed by now. */
void  mainstay_data_model_settle   (GSettings           *settings,
                                    MainstayEnvironment *environment);
/* The lasting notice on @environment: which model to deploy. (transfer full) (nullable): NULL when
 * all is well */
char *mainstay_data_model_notice   (GSettings           *settings,
                                    MainstayEnvironment *environment);

G_END_DECLS
