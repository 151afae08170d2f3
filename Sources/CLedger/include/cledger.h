// A way for SQLite to keep the ledger in a directory that is held by its descriptor, and to touch nothing else.
#ifndef CLEDGER_H
#define CLEDGER_H

/// The name under which SQLite knows that way.
#define CLEDGER_VFS "foundling-ledger"

/// Makes it known to SQLite; once is enough, more often does no harm. 0, or SQLite's error.
///
/// A path that it opens reads `/proc/self/fd/N/ledger.db`, N being a descriptor of the directory. By any other path
/// whoever may write in the store could lead SQLite elsewhere: it would follow a link that took the directory's place,
/// and a rollback journal may name any file, which SQLite then removes.
int cledger_register(void);

#endif
