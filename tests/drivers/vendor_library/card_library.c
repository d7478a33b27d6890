/* What do the vendors' social security card libraries do to their caller? cards.md §2.5.
 *
 * The symbols are theirs; what happens is the first line for the called function in the file that
 * VENDOR_LIBRARY_SCRIPT names, read at every call:
 *
 *   iReadCardBas return 0 341600|...|        text (GBK) into the buffer, and the code
 *   iReadCardBas return -2201                 the buffer stays as it was
 *   iReadCardBas cut 7 341600|...|            only so many bytes of it, return 0
 *   iReadCardBas fill 3000                    so many letters x, return 0
 *   iReadCardBas hang | crash | exit          never returns, writes to address 0, ends the process
 *   iReadCardBas_HSM_Step2 expect HEX|HEX| 341600|...|   0 for this input, else -1 and a text
 *
 * Each call leaves its name, its numbers and its input as a line in VENDOR_LIBRARY_CALLS. There are
 * no header files, so that a compiler is all it takes to build this.
 */

typedef struct FILE FILE;
extern FILE *fopen(const char *path, const char *mode);
extern char *fgets(char *line, int size, FILE *file);
extern int fclose(FILE *file);
extern int fprintf(FILE *file, const char *format, ...);
extern char *getenv(const char *name);
extern unsigned long strlen(const char *text);
extern int strcmp(const char *one, const char *other);
extern int strncmp(const char *one, const char *other, unsigned long length);
extern char *strchr(const char *text, int character);
extern char *strcpy(char *to, const char *from);
extern void *memcpy(void *to, const void *from, unsigned long length);
extern void *memset(void *to, int byte, unsigned long length);
extern long strtol(const char *text, char **end, int base);
extern int pause(void);
extern long write(int file, const void *data, unsigned long length);
extern void _exit(int code);

enum { LINE = 8192 };

/* GBK: 没有脚本, 外部认证失败 */
static const char no_script[] = "\xC3\xBB\xD3\xD0\xBD\xC5\xB1\xBE";
static const char refused[] = "\xCD\xE2\xB2\xBF\xC8\xCF\xD6\xA4\xCA\xA7\xB0\xDC";

/* Cuts the first word off and returns what follows it. */
static char *after_word(char *text)
{
    char *blank = strchr(text, ' ');
    if (!blank)
        return text + strlen(text);
    *blank = 0;
    return blank + 1;
}

/* Finds the line of a function; returns what follows its name, or 0. */
static char *find(const char *function, char *line)
{
    const char *path = getenv("VENDOR_LIBRARY_SCRIPT");
    FILE *file = path ? fopen(path, "r") : 0;
    char *rest = 0;
    while (file && !rest && fgets(line, LINE, file)) {
        char *end = strchr(line, '\n');
        if (end)
            *end = 0;
        rest = after_word(line);
        if (strcmp(line, function))
            rest = 0;
    }
    if (file)
        fclose(file);
    return rest;
}

static void record(const char *function, int type, int authentication, const char *input)
{
    const char *path = getenv("VENDOR_LIBRARY_CALLS");
    FILE *file = path ? fopen(path, "a") : 0;
    if (file) {
        fprintf(file, "%s %d %d %s\n", function, type, authentication, input);
        fclose(file);
    }
}

static long play(const char *function, int type, int authentication, const char *input, char *out)
{
    char line[LINE];
    char *verb, *argument, *text;
    record(function, type, authentication, input);
    verb = find(function, line);
    if (!verb) {
        strcpy(out, no_script);
        return -1;
    }
    argument = after_word(verb);
    if (!strcmp(verb, "hang"))
        for (;;)
            pause();
    if (!strcmp(verb, "crash"))
        *(volatile int *)0 = 1;
    if (!strcmp(verb, "exit"))
        _exit(3);
    text = after_word(argument);
    if (!strcmp(verb, "expect")) {
        int fits = !strcmp(argument, input);
        strcpy(out, fits ? text : refused);
        return fits ? 0 : -1;
    }
    if (!strcmp(verb, "fill")) {
        long length = strtol(argument, 0, 10);
        memset(out, 'x', length);
        out[length] = 0;
        return 0;
    }
    if (!strcmp(verb, "cut")) {
        long length = strtol(argument, 0, 10);
        memcpy(out, text, length);
        out[length] = 0;
        return 0;
    }
    if (*text)
        strcpy(out, text);
    /* Left over from somebody's debugging, as in real ones. */
    write(1, text, strlen(text));
    write(2, text, strlen(text));
    return strtol(argument, 0, 10);
}

long iReadCardBas(int iType, char *pOutInfo)
{
    return play("iReadCardBas", iType, 0, "", pOutInfo);
}

long iReadCardBas_HSM_Step1(int iType, char *pOutInfo)
{
    return play("iReadCardBas_HSM_Step1", iType, 0, "", pOutInfo);
}

long iReadCardBas_HSM_Step2(char *pKey, char *pOutInfo)
{
    return play("iReadCardBas_HSM_Step2", 0, 0, pKey, pOutInfo);
}

long iReadCard(int iType, int iAuthType, char *pCardInfo, char *pFileAddr, char *pOutInfo)
{
    (void)pCardInfo;
    return play("iReadCard", iType, iAuthType, pFileAddr, pOutInfo);
}

/* The PIN is typed at the reader's own keys and never passes here. */
long iVerifyPIN(int iType, char *pOutInfo)
{
    return play("iVerifyPIN", iType, 0, "", pOutInfo);
}
