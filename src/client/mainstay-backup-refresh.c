/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-backup-refresh.h"

#include "mainstay-backup-list-private.h"
#include "mainstay-client-private.h"

/* The first page is short, so that there is something to see soon. */
#define FIRST_LIMIT 100
#define NEXT_LIMIT 1000
/* A frame has 16 ms; whoever shows the rows needs some of them too. */
#define SLICE_US 6000
#define SLICE_ROWS 500
/* A server that never ends its list shall not fill the memory. */
#define MOST_ROWS 1000000

/* One load of all pages. Asks, merges what came in slices between frames, asks on; what the portal
 * did not name any more goes at the very end. */
struct _MainstayBackupRefresh
{
  MainstayBackupList *list;   /* not owned: the waiting tasks hold it; NULL once abandoned */
  GPtrArray *waiters;         /* owned, of Waiter */
  GCancellable *cancellable;  /* owned */
  GSource *idle;              /* owned, nullable */
  GPtrArray *page;            /* owned, nullable: what is being merged, from next on owned too */
  GHashTable *seen;           /* owned: rows that the portal named, of the list */
  GHashTable *touched;        /* owned: rows that changed here since it began, of the list */
  GHashTable *removed;        /* owned: ids that were deleted since */
  gint64 offset;
  gint64 total;               /* -1 when not told */
  unsigned int next;          /* in page; when sweeping, the row behind the next to look at */
  unsigned int received;      /* elements of the page on the wire */
  unsigned int fresh;         /* elements of the page that no page had before */
  gboolean shifted;           /* the list changed there between two pages */
};

typedef struct
{
  GTask *task;                /* owned */
  GSource *cancelled;         /* owned, nullable */
} Waiter;

static void ask (MainstayBackupRefresh *self);
static void work_later (MainstayBackupRefresh *self,
                        GSourceFunc            work);

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  if (waiter->cancelled != NULL)
    g_source_destroy (waiter->cancelled);
  g_clear_pointer (&waiter->cancelled, g_source_unref);
  g_clear_object (&waiter->task);
  g_clear_pointer (&waiter, g_free);
}

static void
drop_page (MainstayBackupRefresh *self)
{
  for (unsigned int i = self->next; self->page != NULL && i < self->page->len; i++)
    g_object_unref (g_ptr_array_index (self->page, i));
  g_clear_pointer (&self->page, g_ptr_array_unref);
}

static void
refresh_clear (gpointer data)
{
  MainstayBackupRefresh *self = data;

  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  drop_page (self);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->touched, g_hash_table_unref);
  g_clear_pointer (&self->removed, g_hash_table_unref);
  g_clear_object (&self->cancellable);
}

static void
refresh_release (MainstayBackupRefresh *self)
{
  g_rc_box_release_full (self, refresh_clear);
}

MainstayBackupRefresh *
mainstay_backup_refresh_new (MainstayBackupList *list)
{
  MainstayBackupRefresh *self = g_rc_box_new0 (MainstayBackupRefresh);

  self->list = list;
  self->waiters = g_ptr_array_new_with_free_func (waiter_free);
  self->cancellable = g_cancellable_new ();
  self->seen = g_hash_table_new (NULL, NULL);
  self->touched = g_hash_table_new (NULL, NULL);
  self->removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->total = -1;
  return self;
}

static void
stop_idle (MainstayBackupRefresh *self)
{
  if (self->idle != NULL)
    g_source_destroy (self->idle);
  g_clear_pointer (&self->idle, g_source_unref);
}

/**
 * mainstay_backup_refresh_abandon:
 * @self: (transfer full): a refresh; calls nothing back any more
 */
void
mainstay_backup_refresh_abandon (MainstayBackupRefresh *self)
{
  self->list = NULL;
  stop_idle (self);
  g_cancellable_cancel (self->cancellable);
  refresh_release (self);
}

static void
finish (MainstayBackupRefresh *self,
        const GError          *error)
{
  g_autoptr(MainstayBackupList) list = g_object_ref (self->list);
  g_autoptr(GPtrArray) waiters = g_steal_pointer (&self->waiters);

  if (error == NULL)
    mainstay_backup_list_set_total (list, self->total >= 0 ? self->total : self->offset);
  mainstay_backup_list_end_refresh (list, error == NULL, error);
  for (unsigned int i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = g_ptr_array_index (waiters, i);

      if (error != NULL)
        g_task_return_error (waiter->task, g_error_copy (error));
      else
        g_task_return_boolean (waiter->task, TRUE);
    }
}

static gboolean
waiter_cancelled_cb (GCancellable *cancellable,
                     gpointer      data)
{
  g_autoptr(GTask) task = g_object_ref (data);
  g_autoptr(MainstayBackupList) list = g_object_ref (g_task_get_source_object (task));
  GPtrArray *waiters = list->refresh->waiters;

  for (unsigned int i = 0; i < waiters->len; i++)
    if (((Waiter *) g_ptr_array_index (waiters, i))->task == task)
      {
        g_ptr_array_remove_index (waiters, i);
        break;
      }
  if (waiters->len == 0)
    mainstay_backup_list_end_refresh (list, FALSE, NULL);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/**
 * mainstay_backup_refresh_join:
 * @self: a refresh that has not ended
 * @task: (transfer full): returns when it ends, or at once when it is cancelled itself
 */
void
mainstay_backup_refresh_join (MainstayBackupRefresh *self,
                              GTask                 *task)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->task = task;
  if (g_task_get_cancellable (task) != NULL)
    {
      waiter->cancelled = g_cancellable_source_new (g_task_get_cancellable (task));
      g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (waiter_cancelled_cb),
                             g_object_ref (task), g_object_unref);
      g_source_attach (waiter->cancelled, g_main_context_get_thread_default ());
    }
  g_ptr_array_add (self->waiters, waiter);
}

void
mainstay_backup_refresh_note_row (MainstayBackupRefresh *self,
                                  MainstayBackup        *row)
{
  g_hash_table_add (self->seen, row);
  g_hash_table_add (self->touched, row);
  g_hash_table_remove (self->removed, mainstay_backup_get_id (row));
}

void
mainstay_backup_refresh_note_removal (MainstayBackupRefresh *self,
                                      MainstayBackup        *row)
{
  g_hash_table_add (self->removed, g_strdup (mainstay_backup_get_id (row)));
  g_hash_table_remove (self->seen, row);
  g_hash_table_remove (self->touched, row);
}

/* Removes the last rows that the portal did not name, up to the one that it did. */
static void
sweep_run (MainstayBackupRefresh *self)
{
  GPtrArray *items = self->list->items;
  unsigned int end = MIN (self->next, items->len);
  unsigned int begin;

  while (end > 0 && g_hash_table_contains (self->seen, g_ptr_array_index (items, end - 1)))
    end--;
  for (begin = end;
       begin > 0 && !g_hash_table_contains (self->seen, g_ptr_array_index (items, begin - 1));)
    begin--;
  self->next = begin;
  if (end > begin)
    mainstay_backup_rows_remove (self->list, begin, end - begin);
}

static gboolean
sweep_cb (gpointer data)
{
  MainstayBackupRefresh *self = data;
  gint64 began_at = g_get_monotonic_time ();

  while (self->next > 0 && g_get_monotonic_time () - began_at < SLICE_US)
    sweep_run (self);
  if (self->next > 0)
    return G_SOURCE_CONTINUE;
  stop_idle (self);
  finish (self, NULL);
  return G_SOURCE_REMOVE;
}

/* All pages are merged. While the list was changing there, a row that no page had may only have
 * slipped from one page to another: then nothing is taken away before the next refresh. */
static void
end_pages (MainstayBackupRefresh *self)
{
  self->next = self->list->items->len;
  if (self->shifted || g_hash_table_size (self->seen) == self->next)
    finish (self, NULL);
  else
    work_later (self, sweep_cb);
}

static void
end_page (MainstayBackupRefresh *self)
{
  gboolean last = self->received == 0 || self->fresh == 0 || self->offset >= MOST_ROWS ||
                  (self->total >= 0 && self->offset >= self->total);

  drop_page (self);
  if (last)
    end_pages (self);
  else
    ask (self);
}

static void
merge_next (MainstayBackupRefresh *self)
{
  MainstayBackup *backup = g_ptr_array_index (self->page, self->next);
  const char *id = mainstay_backup_get_id (backup);
  MainstayBackup *row = g_hash_table_lookup (self->list->by_id, id);
  unsigned int count = 1;

  if (row != NULL)
    {
      if (g_hash_table_add (self->seen, row))
        self->fresh++;
      if (!g_hash_table_contains (self->touched, row))
        mainstay_backup_rows_update (self->list, row, backup);
    }
  else if (!g_hash_table_contains (self->removed, id))
    {
      unsigned int last = MIN (self->next + SLICE_ROWS, self->page->len);

      /* A deleted one must not come back in the middle of a run. */
      if (g_hash_table_size (self->removed) > 0)
        last = self->next + 1;
      count = mainstay_backup_rows_insert_run (self->list, self->page, self->next, last);
      for (unsigned int i = self->next; i < self->next + count; i++)
        g_hash_table_add (self->seen, g_ptr_array_index (self->page, i));
      self->fresh += count;
    }
  /* Letting go of a hundred thousand at the end would take as long as merging them. */
  for (unsigned int end = self->next + count; self->next < end; self->next++)
    g_object_unref (g_ptr_array_index (self->page, self->next));
}

/* TRUE when the page is through. */
static gboolean
merge_slice (MainstayBackupRefresh *self)
{
  gint64 began_at = g_get_monotonic_time ();

  while (self->list != NULL && self->next < self->page->len)
    {
      if (g_get_monotonic_time () - began_at >= SLICE_US)
        return FALSE;
      merge_next (self);
    }
  return TRUE;
}

static gboolean
merge_cb (gpointer data)
{
  MainstayBackupRefresh *self = data;

  if (!merge_slice (self))
    return G_SOURCE_CONTINUE;
  stop_idle (self);
  if (self->list != NULL)
    end_page (self);
  return G_SOURCE_REMOVE;
}

static void
work_later (MainstayBackupRefresh *self,
            GSourceFunc            work)
{
  stop_idle (self);
  self->idle = g_idle_source_new ();
  g_source_set_callback (self->idle, work, g_rc_box_acquire (self),
                         (GDestroyNotify) refresh_release);
  g_source_attach (self->idle, g_main_context_get_thread_default ());
}

static void
take_page (MainstayBackupRefresh *self,
           GPtrArray             *page,
           gint64                 total,
           unsigned int           received)
{
  if (self->offset > 0 && total != self->total)
    self->shifted = TRUE;
  g_ptr_array_set_free_func (page, NULL);
  self->page = page;
  self->total = total;
  self->received = received;
  self->offset += received;
  self->next = 0;
  self->fresh = 0;
  if (total >= 0)
    mainstay_backup_list_set_total (self->list, total);
  if (!merge_slice (self))
    work_later (self, merge_cb);
  else if (self->list != NULL)
    end_page (self);
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  MainstayBackupRefresh *self = data;
  g_autoptr(GError) error = NULL;
  GPtrArray *page =
    mainstay_client_list_backups_finish (MAINSTAY_CLIENT (object), result, &error);

  if (self->list == NULL)
    g_clear_pointer (&page, g_ptr_array_unref);
  else if (page == NULL)
    finish (self, error);
  else
    take_page (self, page, mainstay_client_list_backups_total (result),
               mainstay_client_list_backups_received (result));
  refresh_release (self);
}

static void
ask (MainstayBackupRefresh *self)
{
  MainstayBackupList *list = self->list;

  mainstay_client_list_backups_async (list->client, list->app,
                                      mainstay_environment_get_id (list->environment),
                                      (int) self->offset,
                                      self->offset == 0 ? FIRST_LIMIT : NEXT_LIMIT,
                                      self->cancellable, listed_cb, g_rc_box_acquire (self));
}

/** mainstay_backup_refresh_begin: Asks for the first page. */
void
mainstay_backup_refresh_begin (MainstayBackupRefresh *self)
{
  ask (self);
}
