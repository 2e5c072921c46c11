/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-portal-manifest.h"

/* What a snapshot's folder says that it holds. */

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *path = fuzz_write (MAINSTAY_PORTAL_MANIFEST_NAME, data, size);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortalManifest) manifest = mainstay_portal_manifest_read (folder, &error);

  g_assert_true ((manifest == NULL) == (error != NULL));
  for (unsigned int i = 0; manifest != NULL && i < manifest->entries->len; i++)
    {
      MainstayPortalManifestEntry *entry = g_ptr_array_index (manifest->entries, i);

      g_assert_cmpint (entry->size, >=, 0);
      g_assert_true (*entry->name != '/' && strstr (entry->name, "..") == NULL);
    }
  return 0;
}
