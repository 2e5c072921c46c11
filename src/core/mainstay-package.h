/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * MainstayPackage:
 *
 * A deployment package (portal-api.md, part 2). Strings are %NULL where the server said nothing.
 */
typedef struct _MainstayPackage MainstayPackage;
struct _MainstayPackage
{
  char *id;
  char *name;
  char *description;
  char *version;
  char *creator;
  char *status;
  gint64 created_at; /* milliseconds since 1970 */
  gint64 size;       /* bytes, -1 when unknown */
};

#define MAINSTAY_TYPE_PACKAGE (mainstay_package_get_type ())

GType            mainstay_package_get_type      (void);
MainstayPackage *mainstay_package_new_from_json (JsonObject      *object,
                                                 GError         **error);
MainstayPackage *mainstay_package_copy          (MainstayPackage *self);
void             mainstay_package_free          (MainstayPackage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPackage, mainstay_package_free)

G_END_DECLS
