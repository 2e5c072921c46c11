/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-manifest.h"

#include <string.h>

#include "mainstay-entry-name.h"
#include "mainstay-error.h"

#define FIRST_LINE "mainstay-snapshot 1"
#define FILES_PREFIX MAINSTAY_PORTAL_FILES_NAME "/"

static void
entry_free (gpointer data)
{
  MainstayPortalManifestEntry *entry = data;

  g_clear_pointer (&entry->name, g_free);
  g_clear_pointer (&entry, g_free);
}

MainstayPortalManifest *
mainstay_portal_manifest_new (void)
{
  MainstayPortalManifest *self = g_new0 (MainstayPortalManifest, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  return self;
}

void
mainstay_portal_manifest_free (MainstayPortalManifest *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self, g_free);
}

gboolean
mainstay_portal_manifest_is_dump (const MainstayPortalManifestEntry *entry)
{
  return strcmp (entry->name, MAINSTAY_PORTAL_DUMP_NAME) == 0;
}

void
mainstay_portal_manifest_add (MainstayPortalManifest *self,
                              const char             *name,
                              gint64                  size,
                              const guint8            sha256[MAINSTAY_SHA256_LENGTH])
{
  MainstayPortalManifestEntry *entry = g_new0 (MainstayPortalManifestEntry, 1);

  entry->name = g_strdup (name);
  entry->size = size;
  memcpy (entry->sha256, sha256, MAINSTAY_SHA256_LENGTH);
  g_ptr_array_add (self->entries, entry);
  if (mainstay_portal_manifest_is_dump (entry))
    {
      self->database_size += size;
      return;
    }
  self->files_size += size;
  self->files_count++;
}

gboolean
mainstay_portal_manifest_write (MainstayPortalManifest  *self,
                                const char              *folder,
                                GError                 **error)
{
  g_autofree char *path = g_build_filename (folder, MAINSTAY_PORTAL_MANIFEST_NAME, NULL);
  g_autoptr(GString) text = g_string_new (FIRST_LINE "\n");

  for (unsigned int i = 0; i < self->entries->len; i++)
    {
      MainstayPortalManifestEntry *entry = g_ptr_array_index (self->entries, i);
      g_autofree char *digest = mainstay_sha256_to_hex (entry->sha256);

      g_string_append_printf (text, "%s %" G_GINT64_FORMAT " %s\n", digest, entry->size,
                              entry->name);
    }
  g_string_append_printf (text, "end %u\n", self->entries->len);
  return mainstay_portal_write_file (path, text->str, FALSE, error);
}

static gboolean
parse_digest (const char *text,
              guint8      sha256[MAINSTAY_SHA256_LENGTH])
{
  if (strlen (text) != 2 * MAINSTAY_SHA256_LENGTH)
    return FALSE;
  for (size_t i = 0; i < MAINSTAY_SHA256_LENGTH; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      sha256[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

static gboolean
is_name (const char *name)
{
  guint8 uuid[MAINSTAY_UUID_BYTES];
  const char *rest = name + strlen (FILES_PREFIX);

  if (strcmp (name, MAINSTAY_PORTAL_DUMP_NAME) == 0)
    return TRUE;
  return g_str_has_prefix (name, FILES_PREFIX) && strlen (rest) == 6 + MAINSTAY_UUID_LENGTH &&
         rest[2] == '/' && rest[5] == '/' && memchr (rest, '.', 6) == NULL &&
         mainstay_entry_uuid_parse (rest + 6, uuid);
}

static gboolean
parse_line (MainstayPortalManifest *self,
            const char             *line)
{
  g_auto(GStrv) parts = g_strsplit (line, " ", 3);
  guint8 sha256[MAINSTAY_SHA256_LENGTH];
  guint64 size;

  if (g_strv_length (parts) != 3 || !parse_digest (parts[0], sha256) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 0, G_MAXINT64, &size, NULL) || !is_name (parts[2]))
    return FALSE;
  mainstay_portal_manifest_add (self, parts[2], (gint64) size, sha256);
  return TRUE;
}

static gboolean
parse (MainstayPortalManifest *self,
       const char             *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  unsigned int n_lines = g_strv_length (lines);
  g_autofree char *end = NULL;

  if (n_lines < 3 || strcmp (lines[0], FIRST_LINE) != 0)
    return FALSE;
  for (unsigned int i = 1; i + 2 < n_lines; i++)
    if (!parse_line (self, lines[i]))
      return FALSE;
  end = g_strdup_printf ("end %u", self->entries->len);
  return strcmp (lines[n_lines - 2], end) == 0;
}

static void
set_damaged (GError **error)
{
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                       "The backup is damaged: what is stored is not what was written");
}

MainstayPortalManifest *
mainstay_portal_manifest_read (const char  *folder,
                               GError     **error)
{
  g_autofree char *path = g_build_filename (folder, MAINSTAY_PORTAL_MANIFEST_NAME, NULL);
  g_autoptr(MainstayPortalManifest) self = mainstay_portal_manifest_new ();
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !parse (self, text))
    {
      set_damaged (error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

gboolean
mainstay_portal_manifest_check_file (const char  *path,
                               GError     **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  set_damaged (error);
  return FALSE;
}

gboolean
mainstay_portal_manifest_check (const MainstayPortalManifestEntry  *entry,
                                gint64                              size,
                                const guint8                        sha256[MAINSTAY_SHA256_LENGTH],
                                GError                            **error)
{
  if (size == entry->size && memcmp (sha256, entry->sha256, sizeof entry->sha256) == 0)
    return TRUE;
  set_damaged (error);
  return FALSE;
}

gboolean
mainstay_portal_manifest_copy (const MainstayPortalManifestEntry  *entry,
                               const char                         *folder,
                               const char                         *to,
                               MainstayPortalMeter                *meter,
                               GError                            **error)
{
  g_autofree char *from = g_build_filename (folder, entry->name, NULL);
  guint8 sha256[MAINSTAY_SHA256_LENGTH];
  gint64 size = 0;

  return mainstay_portal_manifest_check_file (from, error) &&
         mainstay_portal_copy_file (from, to, sha256, &size, meter, error) &&
         mainstay_portal_manifest_check (entry, size, sha256, error);
}
