/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-package.h"

#include "mainstay-error.h"
#include "mainstay-json.h"

G_DEFINE_BOXED_TYPE (MainstayPackage, mainstay_package, mainstay_package_copy,
                     mainstay_package_free)

/**
 * mainstay_package_new_from_json:
 * @object: a Package
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): the package
 */
MainstayPackage *
mainstay_package_new_from_json (JsonObject  *object,
                                GError     **error)
{
  MainstayPackage *self;

  if (mainstay_json_get_string (object, "PackageId") == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The answer has no PackageId");
      return NULL;
    }
  self = g_new0 (MainstayPackage, 1);
  self->id = g_strdup (mainstay_json_get_string (object, "PackageId"));
  self->name = g_strdup (mainstay_json_get_string (object, "Name"));
  self->description = g_strdup (mainstay_json_get_string (object, "Description"));
  self->version = g_strdup (mainstay_json_get_string (object, "Version"));
  self->creator = g_strdup (mainstay_json_get_string (object, "Creator"));
  self->status = g_strdup (mainstay_json_get_string (object, "Status"));
  self->created_at = mainstay_json_get_int (object, "CreationDate", 0);
  self->size = mainstay_json_get_int (object, "Size", -1);
  return self;
}

/**
 * mainstay_package_copy:
 * @self: a package
 *
 * Returns: (transfer full): a copy
 */
MainstayPackage *
mainstay_package_copy (MainstayPackage *self)
{
  MainstayPackage *copy = g_new0 (MainstayPackage, 1);

  *copy = *self;
  copy->id = g_strdup (self->id);
  copy->name = g_strdup (self->name);
  copy->description = g_strdup (self->description);
  copy->version = g_strdup (self->version);
  copy->creator = g_strdup (self->creator);
  copy->status = g_strdup (self->status);
  return copy;
}

/**
 * mainstay_package_free:
 * @self: (nullable): a package
 */
void
mainstay_package_free (MainstayPackage *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->description, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->creator, g_free);
  g_clear_pointer (&self->status, g_free);
  g_clear_pointer (&self, g_free);
}
