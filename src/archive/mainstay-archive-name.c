/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-archive-writer.h"

#define ID_DIGITS 8

static const struct
{
  const char *data_type;
  const char *prefix;
  const char *suffix;
} names[] = {
  { "files_and_database", "files_and_database", "tar.gz" },
  { "database_only", "database", "backup" },
  { "files_only", "files", "tar.gz" },
};

/* The id comes from a server: only hexadecimal digits may reach a file's name. */
static void
copy_digits (const char *id,
             char        digits[ID_DIGITS + 1])
{
  int n = 0;

  for (const char *c = id; *c != '\0' && n < ID_DIGITS; c++)
    if (g_ascii_isxdigit (*c))
      digits[n++] = g_ascii_tolower (*c);
  while (n < ID_DIGITS)
    digits[n++] = '0';
  digits[n] = '\0';
}

/**
 * mainstay_archive_file_name:
 * @data_type: `files_and_database`, `database_only` or `files_only`
 * @snapshot_id: the backup's id
 * @created_at: when the backup was made, milliseconds since 1970
 *
 * Returns: (transfer full): a file name without folders
 */
char *
mainstay_archive_file_name (const char *data_type,
                            const char *snapshot_id,
                            gint64      created_at)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (created_at / 1000);
  g_autofree char *stamp = NULL;
  char digits[ID_DIGITS + 1];
  size_t i = 0;

  g_return_val_if_fail (snapshot_id != NULL, NULL);

  while (i + 1 < G_N_ELEMENTS (names) && g_strcmp0 (data_type, names[i].data_type) != 0)
    i++;
  if (g_strcmp0 (data_type, names[i].data_type) != 0)
    i = 0;
  copy_digits (snapshot_id, digits);
  stamp = time != NULL ? g_date_time_format (time, "%Y%m%d%H%M") : g_strdup ("197001010000");
  return g_strdup_printf ("%s-%s-%s.%s", names[i].prefix, digits, stamp, names[i].suffix);
}
