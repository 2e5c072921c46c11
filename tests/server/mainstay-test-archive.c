/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "mainstay-test-model.h"

#define MOST_BYTES (256 * 1024)

static void
append_int (GByteArray *out,
            int         number)
{
  guint8 bytes[5] = { 0, number & 0xff, (number >> 8) & 0xff, (number >> 16) & 0xff,
                      (number >> 24) & 0xff };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
append_text (GByteArray *out,
             const char *text)
{
  append_int (out, (int) strlen (text));
  g_byte_array_append (out, (const guint8 *) text, strlen (text));
}

/* What pg_dump -O -x -Fc begins with (portal-api.md, part 4), of a database without any object. */
static GByteArray *
dump_new (void)
{
  static const guint8 head[] = { 'P', 'G', 'D', 'M', 'P', 1, 14, 0, 4, 8, 1 };
  static const int numbers[] = { -1, 0, 30, 10, 23, 10, 126, 0 };
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, head, sizeof head);
  append_int (out, 6);
  for (size_t i = 1; i < G_N_ELEMENTS (numbers); i++)
    append_int (out, numbers[i]);
  append_text (out, "sample");
  append_text (out, "15.5");
  append_text (out, "15.5");
  append_int (out, 0);
  return out;
}

static void
append_entry (struct archive *archive,
              const char     *name,
              const void     *data,
              size_t          size)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, (la_int64_t) size);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_write_header (archive, entry);
  archive_write_data (archive, data, size);
  archive_entry_free (entry);
}

static void
append_files (struct archive *archive)
{
  for (unsigned int i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("%02x%02x5555-0000-4000-8000-%012u", i, 255 - i, i);
      g_autofree char *name = g_strdup_printf ("tree/%.2s/%.2s/%s", id, id + 2, id);
      g_autofree char *text = g_strdup_printf ("uploaded file %u\n", i);

      append_entry (archive, name, text, strlen (text));
    }
}

/** test_archive_new: Returns: (transfer full): a backup file of that kind */
GBytes *
test_archive_new (const char *data_type)
{
  static const char metadata[] = "{\"duration\":\"3\",\"dumpSize\":\"100\","
                                 "\"modelVersion\":\"1.1.0.253\",\"databaseSize\":\"4096\","
                                 "\"filesSize\":\"360\"}";
  g_autoptr(GByteArray) dump = dump_new ();
  g_autofree char *buffer = NULL;
  struct archive *archive;
  size_t used = 0;

  if (g_strcmp0 (data_type, "database_only") == 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&dump));
  buffer = g_malloc (MOST_BYTES);
  archive = archive_write_new ();
  archive_write_set_format_ustar (archive);
  archive_write_add_filter_gzip (archive);
  archive_write_open_memory (archive, buffer, MOST_BYTES, &used);
  append_entry (archive, ".metadata", metadata, strlen (metadata));
  append_entry (archive, "db/db.backup", dump->data, dump->len);
  append_files (archive);
  archive_write_close (archive);
  archive_write_free (archive);
  return g_bytes_new (buffer, used);
}
