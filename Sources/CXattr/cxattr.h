#include <sys/xattr.h>

// Glibc has it, and does not show it to Swift. With 2, RENAME_EXCHANGE, two names change places at once.
int renameat2(int from, const char *name, int to, const char *target, unsigned int flags);
