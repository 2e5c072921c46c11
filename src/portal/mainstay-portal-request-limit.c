/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-request-limit.h"

/* However many addresses there are, this bounds what is remembered of them. */
#define MAX_BUCKETS 16384

typedef struct
{
  gint64 full_at; /* when all requests are at hand again, microseconds */
} Bucket;

struct _MainstayPortalRequestLimit
{
  gint64 interval; /* microseconds for one request; 0 for no limit */
  GMutex lock;
  GHashTable *buckets; /* char* to Bucket*, both owned */
};

MainstayPortalRequestLimit *
mainstay_portal_request_limit_new (unsigned int per_minute)
{
  MainstayPortalRequestLimit *self = g_new0 (MainstayPortalRequestLimit, 1);

  self->interval = per_minute > 0 ? MAX (G_TIME_SPAN_MINUTE / per_minute, 1) : 0;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_mutex_init (&self->lock);
  return self;
}

void
mainstay_portal_request_limit_free (MainstayPortalRequestLimit *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->buckets, g_hash_table_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
is_full (gpointer key,
         gpointer value,
         gpointer user_data)
{
  return ((Bucket *) value)->full_at <= *(gint64 *) user_data;
}

/* Who has made no request for a minute is forgotten; when all have, so are all. */
static void
make_room (MainstayPortalRequestLimit *self,
           gint64                      now)
{
  if (g_hash_table_size (self->buckets) < MAX_BUCKETS)
    return;
  g_hash_table_foreach_remove (self->buckets, is_full, &now);
  if (g_hash_table_size (self->buckets) >= MAX_BUCKETS)
    g_hash_table_remove_all (self->buckets);
}

static gboolean
take_locked (MainstayPortalRequestLimit *self,
             const char                 *who,
             gint64                      now)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, who);
  gint64 full_at;

  if (bucket == NULL)
    {
      make_room (self, now);
      bucket = g_new0 (Bucket, 1);
      g_hash_table_insert (self->buckets, g_strdup (who), bucket);
    }
  full_at = MAX (bucket->full_at, now) + self->interval;
  if (full_at - now > G_TIME_SPAN_MINUTE)
    return FALSE;
  bucket->full_at = full_at;
  return TRUE;
}

gboolean
mainstay_portal_request_limit_take (MainstayPortalRequestLimit *self,
                                    const char                 *who,
                                    gint64                      now)
{
  gboolean may;

  if (self->interval == 0)
    return TRUE;
  g_mutex_lock (&self->lock);
  may = take_locked (self, who, now);
  g_mutex_unlock (&self->lock);
  return may;
}

unsigned int
mainstay_portal_request_limit_get_delay (MainstayPortalRequestLimit *self)
{
  return (unsigned int) ((self->interval + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND);
}
