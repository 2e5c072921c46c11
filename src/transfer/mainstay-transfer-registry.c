/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-transfer-registry.h"

#include <glib/gstdio.h>

#include "mainstay-file-saver.h"
#include "mainstay-json.h"
#include "mainstay-operation-private.h"
#include "mainstay-transfer-entry.h"
#include "mainstay-transfer-file.h"

typedef enum {
  STAGE_NEW,     /* nothing may be written before it was read */
  STAGE_LOADING,
  STAGE_READY,
  STAGE_CLOSED   /* somebody else's, or of another version: never written */
} Stage;

struct _MainstayTransferRegistry
{
  GObject parent_instance;

  GPtrArray *entries; /* (element-type MainstayTransferEntry), oldest first */
  GPtrArray *flushes; /* (element-type GTask) that wait for what settles */
  MainstayFileSaver *saver;
  MainstayTransferRecordFunc makers[MAINSTAY_TRANSFER_ENTRY_N_KINDS];
  int lock;
  Stage stage;
};

G_DEFINE_FINAL_TYPE (MainstayTransferRegistry, mainstay_transfer_registry, G_TYPE_OBJECT)

static MainstayTransferEntry *
find (MainstayTransferRegistry *self,
      MainstayOperation        *operation)
{
  for (unsigned int i = 0; i < self->entries->len; i++)
    {
      MainstayTransferEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry->operation == operation)
        return entry;
    }
  return NULL;
}

/* Records to text */

static char *
write_text (gpointer owner)
{
  MainstayTransferRegistry *self = owner;
  g_autoptr(JsonObject) root = json_object_new ();
  g_autoptr(JsonNode) root_node = json_node_new (JSON_NODE_OBJECT);
  JsonArray *transfers = json_array_new ();

  for (unsigned int i = 0; i < self->entries->len; i++)
    {
      MainstayTransferEntry *entry = g_ptr_array_index (self->entries, i);
      JsonNode *node = mainstay_transfer_entry_to_node (entry);

      if (node != NULL)
        json_array_add_element (transfers, node);
    }
  json_object_set_int_member (root, "version", MAINSTAY_TRANSFER_FILE_VERSION);
  json_object_set_array_member (root, "transfers", transfers);
  json_node_set_object (root_node, root);
  return mainstay_json_to_text (root_node);
}

/* Tracking */

static void
forget (MainstayTransferRegistry *self,
        MainstayTransferEntry    *entry)
{
  g_signal_handlers_disconnect_by_data (entry->operation, self);
  g_signal_handlers_disconnect_by_data (entry->operation, self->saver);
  g_ptr_array_remove (self->entries, entry);
}

static gboolean
is_over (MainstayOperation *operation)
{
  MainstayOperationState state = mainstay_operation_get_state (operation);

  return state == MAINSTAY_OPERATION_DONE || state == MAINSTAY_OPERATION_CANCELLED;
}

/* Settling: a file that has its name is known by what lies beside it until the list tells, on the
 * disk, that the download is done; then that goes, and then the record. A crash leaves no moment in
 * which the file is taken for somebody else's, and nothing that nobody tidies up. */

typedef struct
{
  MainstayTransferRegistry *registry;
  MainstayOperation *operation;
} Told;

static Told *
told_new (MainstayTransferRegistry *registry,
          MainstayOperation        *operation)
{
  Told *self = g_new0 (Told, 1);

  self->registry = g_object_ref (registry);
  self->operation = g_object_ref (operation);
  return self;
}

static void
told_free (Told *self)
{
  g_clear_object (&self->registry);
  g_clear_object (&self->operation);
  g_clear_pointer (&self, g_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Told, told_free)

static gboolean
has_to_settle (MainstayTransferRegistry *self)
{
  for (unsigned int i = 0; i < self->entries->len; i++)
    if (((MainstayTransferEntry *) g_ptr_array_index (self->entries, i))->done)
      return TRUE;
  return FALSE;
}

static void flush (MainstayTransferRegistry *self,
                   GTask                    *task);

/* Those who wait look once more, or are told @error. */
static void
end_flushes (MainstayTransferRegistry *self,
             const GError             *error)
{
  g_autoptr(GPtrArray) flushes = g_steal_pointer (&self->flushes);

  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
  for (unsigned int i = 0; i < flushes->len; i++)
    if (error != NULL)
      g_task_return_error (g_ptr_array_index (flushes, i), g_error_copy (error));
    else
      flush (self, g_object_ref (g_ptr_array_index (flushes, i)));
}

static void
settled_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(MainstayTransferRegistry) self = MAINSTAY_TRANSFER_REGISTRY (user_data);
  MainstayTransferEntry *entry = find (self, MAINSTAY_OPERATION (object));

  if (entry != NULL)
    forget (self, entry);
  mainstay_file_saver_save_soon (self->saver);
  if (!has_to_settle (self))
    end_flushes (self, NULL);
}

static void
settle (MainstayTransferRegistry *self,
        MainstayTransferEntry    *entry)
{
  if (entry->settling)
    return;
  entry->settling = TRUE;
  mainstay_operation_settle_async (entry->operation, settled_cb, g_object_ref (self));
}

static void
told_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(Told) told = user_data;
  MainstayTransferRegistry *self = told->registry;
  MainstayTransferEntry *entry = find (self, told->operation);
  g_autoptr(GError) error = NULL;

  mainstay_file_saver_flush_finish (MAINSTAY_FILE_SAVER (object), result, &error);
  /* What is never written need not be waited for; what cannot be written now is told later. */
  if (entry != NULL && (error == NULL || self->stage == STAGE_CLOSED))
    settle (self, entry);
  else if (error != NULL)
    end_flushes (self, error);
}

/* After the change was given to the saver. */
static void
settle_when_told (MainstayTransferRegistry *self,
                  MainstayTransferEntry    *entry)
{
  mainstay_file_saver_flush_async (self->saver, NULL, told_cb,
                                   told_new (self, entry->operation));
}

/* Those that could not be told before as well. */
static void
settle_all (MainstayTransferRegistry *self)
{
  for (unsigned int i = 0; i < self->entries->len; i++)
    {
      MainstayTransferEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry->done && !entry->settling)
        settle_when_told (self, entry);
    }
}

static void
state_changed_cb (MainstayOperation *operation,
                  GParamSpec        *pspec,
                  gpointer           user_data)
{
  MainstayTransferRegistry *self = user_data;
  MainstayTransferEntry *entry = find (self, operation);

  if (entry != NULL && is_over (operation))
    {
      entry->done = mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_DONE &&
                    mainstay_operation_has_to_settle (operation);
      if (!entry->done)
        forget (self, g_steal_pointer (&entry));
    }
  /* What is killed a moment after it began has something on the disk already, and a moment after it
   * was done, its file has its name. */
  mainstay_file_saver_save (self->saver);
  if (entry != NULL && entry->done)
    settle_when_told (self, entry);
}

/* Takes @entry. */
static void
add (MainstayTransferRegistry *self,
     MainstayTransferEntry    *entry)
{
  MainstayOperation *operation = entry->operation;

  g_ptr_array_add (self->entries, entry);
  if (operation == NULL)
    return;
  mainstay_operation_set_kept (operation, TRUE);
  g_signal_connect_object (operation, "notify::state", G_CALLBACK (state_changed_cb), self, 0);
  g_signal_connect_object (operation, "record-changed", G_CALLBACK (mainstay_file_saver_save_soon),
                           self->saver, G_CONNECT_SWAPPED);
  /* A wish to cancel must be known before it is fulfilled. */
  g_signal_connect_object (operation, "notify::can-cancel",
                           G_CALLBACK (mainstay_file_saver_save_soon), self->saver,
                           G_CONNECT_SWAPPED);
}

/* Loading */

static void
take_up_all (MainstayTransferRegistry *self,
             JsonNode                 *root,
             GPtrArray                *operations)
{
  JsonArray *transfers = mainstay_json_get_array (json_node_get_object (root), "transfers");

  for (unsigned int i = 0; i < json_array_get_length (transfers); i++)
    {
      JsonNode *node = json_array_get_element (transfers, i);
      MainstayTransferEntry *entry = mainstay_transfer_entry_new_from_node (node, self->makers);
      g_autoptr(MainstayOperation) operation = NULL;

      if (entry == NULL)
        {
          mainstay_file_saver_save (self->saver);
          continue;
        }
      g_set_object (&operation, entry->operation);
      add (self, entry);
      if (operation != NULL && mainstay_transfer_entry_take_up (entry, node))
        g_ptr_array_add (operations, g_steal_pointer (&operation));
      else if (entry->done)
        settle (self, entry);
    }
}

typedef struct
{
  char *path;
  int lock;
  JsonNode *root; /* (nullable) */
} Load;

static void
load_free (gpointer data)
{
  Load *work = data;

  if (work->lock >= 0)
    g_close (work->lock, NULL);
  g_clear_pointer (&work->root, json_node_unref);
  g_clear_pointer (&work->path, g_free);
  g_clear_pointer (&work, g_free);
}

static void
load_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Load *work = task_data;
  GError *error = NULL;

  work->lock = mainstay_transfer_file_lock (work->path, &error);
  if (work->lock >= 0)
    work->root = mainstay_transfer_file_read (work->path, &error);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  MainstayTransferRegistry *self = MAINSTAY_TRANSFER_REGISTRY (object);
  Load *work = g_task_get_task_data (G_TASK (result));
  g_autoptr(GPtrArray) earlier = NULL;
  g_autoptr(GPtrArray) operations = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      self->stage = STAGE_CLOSED;
      mainstay_file_saver_close (self->saver, error);
      g_task_return_error (task, error);
      return;
    }
  self->lock = work->lock;
  work->lock = -1;
  /* What was begun meanwhile comes after what is older. */
  earlier = g_steal_pointer (&self->entries);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_transfer_entry_free);
  if (work->root != NULL)
    take_up_all (self, work->root, operations);
  g_ptr_array_extend_and_steal (self->entries, g_steal_pointer (&earlier));
  /* Not before all are there: what is taken up changes its state, which saves. */
  self->stage = STAGE_READY;
  mainstay_file_saver_release (self->saver);
  g_task_return_pointer (task, g_steal_pointer (&operations), (GDestroyNotify) g_ptr_array_unref);
}

static void
mainstay_transfer_registry_finalize (GObject *object)
{
  MainstayTransferRegistry *self = MAINSTAY_TRANSFER_REGISTRY (object);

  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->flushes, g_ptr_array_unref);
  g_clear_object (&self->saver);
  if (self->lock >= 0)
    g_close (self->lock, NULL);

  G_OBJECT_CLASS (mainstay_transfer_registry_parent_class)->finalize (object);
}

static void
mainstay_transfer_registry_class_init (MainstayTransferRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_transfer_registry_finalize;
}

static void
mainstay_transfer_registry_init (MainstayTransferRegistry *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_transfer_entry_free);
  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
  self->lock = -1;
}

/** mainstay_transfer_registry_new: Returns: (transfer full): one that has read nothing yet */
MainstayTransferRegistry *
mainstay_transfer_registry_new (const char *path)
{
  MainstayTransferRegistry *self = g_object_new (MAINSTAY_TYPE_TRANSFER_REGISTRY, NULL);
  g_autofree char *file = path != NULL ? g_strdup (path)
                                       : g_build_filename (g_get_user_state_dir (), "mainstay",
                                                           "transfers.json", NULL);

  self->saver = mainstay_file_saver_new (file, G_OBJECT (self), write_text);
  mainstay_file_saver_hold (self->saver);
  return self;
}

/**
 * mainstay_transfer_registry_add_kind:
 * @self: a registry that has not been loaded
 * @kind: uploads or downloads
 * @make: how they are made again
 */
void
mainstay_transfer_registry_add_kind (MainstayTransferRegistry   *self,
                                     MainstayOperationKind       kind,
                                     MainstayTransferRecordFunc  make)
{
  g_return_if_fail (MAINSTAY_IS_TRANSFER_REGISTRY (self));
  g_return_if_fail (mainstay_transfer_entry_keeps_kind (kind));
  g_return_if_fail (self->stage == STAGE_NEW);

  self->makers[kind] = make;
}

/**
 * mainstay_transfer_registry_track:
 * @self: a registry
 * @operation: an operation
 * @account: the id of its account
 * @portal: what to call that account when it is gone
 */
void
mainstay_transfer_registry_track (MainstayTransferRegistry *self,
                                  MainstayOperation        *operation,
                                  const char               *account,
                                  const char               *portal)
{
  g_return_if_fail (MAINSTAY_IS_TRANSFER_REGISTRY (self));
  g_return_if_fail (MAINSTAY_IS_OPERATION (operation));
  g_return_if_fail (account != NULL && portal != NULL);

  if (!mainstay_operation_is_resumable (operation) || is_over (operation) ||
      find (self, operation) != NULL)
    return;
  g_return_if_fail (
    mainstay_transfer_entry_keeps_kind (mainstay_operation_get_kind (operation)));
  add (self, mainstay_transfer_entry_new (operation, account, portal));
  mainstay_file_saver_save (self->saver);
}

/** mainstay_transfer_registry_get_account: Returns: (nullable): the id of its account */
const char *
mainstay_transfer_registry_get_account (MainstayTransferRegistry *self,
                                        MainstayOperation        *operation)
{
  MainstayTransferEntry *entry;

  g_return_val_if_fail (MAINSTAY_IS_TRANSFER_REGISTRY (self), NULL);

  entry = find (self, operation);
  return entry != NULL ? entry->account : NULL;
}

/** mainstay_transfer_registry_get_portal: Returns: (nullable): what to call its account */
const char *
mainstay_transfer_registry_get_portal (MainstayTransferRegistry *self,
                                       MainstayOperation        *operation)
{
  MainstayTransferEntry *entry;

  g_return_val_if_fail (MAINSTAY_IS_TRANSFER_REGISTRY (self), NULL);

  entry = find (self, operation);
  return entry != NULL ? entry->portal : NULL;
}

void
mainstay_transfer_registry_load_async (MainstayTransferRegistry *self,
                                       GCancellable             *cancellable,
                                       GAsyncReadyCallback       callback,
                                       gpointer                  user_data)
{
  g_autoptr(GTask) thread_task = NULL;
  GTask *task;
  Load *work;

  g_return_if_fail (MAINSTAY_IS_TRANSFER_REGISTRY (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  self->stage = STAGE_LOADING;
  work = g_new0 (Load, 1);
  work->path = g_strdup (mainstay_file_saver_get_path (self->saver));
  work->lock = -1;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_transfer_registry_load_async);
  thread_task = g_task_new (self, NULL, loaded_cb, task);
  g_task_set_source_tag (thread_task, load_in_thread);
  g_task_set_task_data (thread_task, work, load_free);
  g_task_run_in_thread (thread_task, load_in_thread);
}

GPtrArray *
mainstay_transfer_registry_load_finish (MainstayTransferRegistry  *self,
                                        GAsyncResult              *result,
                                        GError                   **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_transfer_registry_load_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
flushed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  MainstayTransferRegistry *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!mainstay_file_saver_flush_finish (MAINSTAY_FILE_SAVER (object), result, &error))
    g_task_return_error (task, error);
  else if (!has_to_settle (self))
    g_task_return_boolean (task, TRUE);
  else
    {
      settle_all (self);
      g_ptr_array_add (self->flushes, g_steal_pointer (&task));
    }
}

/* Takes @task. */
static void
flush (MainstayTransferRegistry *self,
       GTask                    *task)
{
  mainstay_file_saver_flush_async (self->saver, g_task_get_cancellable (task), flushed_cb, task);
}

void
mainstay_transfer_registry_flush_async (MainstayTransferRegistry *self,
                                        GCancellable             *cancellable,
                                        GAsyncReadyCallback       callback,
                                        gpointer                  user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (MAINSTAY_IS_TRANSFER_REGISTRY (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_transfer_registry_flush_async);
  if (self->stage == STAGE_NEW)
    g_task_return_boolean (task, TRUE);
  else
    flush (self, g_steal_pointer (&task));
}

gboolean
mainstay_transfer_registry_flush_finish (MainstayTransferRegistry  *self,
                                         GAsyncResult              *result,
                                         GError                   **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_transfer_registry_flush_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
