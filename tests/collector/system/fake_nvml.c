/* A libnvidia-ml.so.1 of a driver some years old, with three GPUs, for the real Python binding to talk to:
   0 is well, 1 falls off the bus when asked for its power, 2 is divided by MIG. What is not here, the driver lacks. */
#include <stddef.h>
#include <string.h>

typedef int Return;
typedef int *Device;
enum { OK = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7, LOST = 15 };

static int gpus[3] = {0, 1, 2}, slice = 10;

typedef struct { unsigned gpu, memory; } Utilization;
typedef struct { unsigned long long total, free, used; } Memory;
typedef struct { unsigned pid; unsigned long long memory; unsigned instance, compute; } Process;
typedef struct { unsigned pid; unsigned long long time; unsigned sm, memory, encoder, decoder; } Use;
typedef struct {
  unsigned field, scope;
  long long time, latency;
  int type, returned;
  union { unsigned ui; unsigned long long ull; } value;
} Field;

Return nvmlInitWithFlags(unsigned flags) { (void)flags; return OK; }
Return nvmlShutdown(void) { return OK; }
const char *nvmlErrorString(Return number) { (void)number; return "invented"; }
Return nvmlDeviceGetCount_v2(unsigned *count) { *count = 3; return OK; }
Return nvmlDeviceGetHandleByIndex_v2(unsigned index, Device *gpu) { *gpu = &gpus[index]; return OK; }

Return nvmlDeviceGetUtilizationRates(Device gpu, Utilization *use) {
  use->gpu = 97; use->memory = 55;
  return *gpu == 2 ? NOT_SUPPORTED : OK;
}

Return nvmlDeviceGetMemoryInfo(Device gpu, Memory *memory) {
  memory->total = 80ULL << 30; memory->used = (*gpu == 10 ? 7ULL : 60ULL) << 30; memory->free = 0;
  return OK;
}

Return nvmlDeviceGetPowerUsage(Device gpu, unsigned *milliwatts) { *milliwatts = 650500; return *gpu == 1 ? LOST : OK; }
Return nvmlDeviceGetEnforcedPowerLimit(Device gpu, unsigned *milliwatts) { (void)gpu; *milliwatts = 700000; return OK; }
Return nvmlDeviceGetTotalEnergyConsumption(Device gpu, unsigned long long *millijoules) {
  static unsigned long long spent = 1ULL << 40;
  (void)gpu; *millijoules = spent += 1000;
  return OK;
}
Return nvmlDeviceGetTemperature(Device gpu, int kind, unsigned *celsius) { (void)gpu; (void)kind; *celsius = 66; return OK; }
Return nvmlDeviceGetClockInfo(Device gpu, int kind, unsigned *megahertz) { (void)gpu; *megahertz = kind == 1 ? 1755 : 2619; return OK; }
Return nvmlDeviceGetCurrentClocksThrottleReasons(Device gpu, unsigned long long *reasons) { (void)gpu; *reasons = 0x4c; return OK; }
Return nvmlDeviceGetPcieThroughput(Device gpu, int way, unsigned *kilobytes) { (void)gpu; *kilobytes = way ? 2000 : 1000; return OK; }
Return nvmlDeviceGetTotalEccErrors(Device gpu, int kind, int counter, unsigned long long *count) {
  (void)gpu; (void)kind; (void)counter; (void)count;
  return NOT_SUPPORTED;
}

Return nvmlDeviceGetFieldValues(Device gpu, int count, Field *fields) {
  (void)gpu;
  for (int i = 0; i < count; i++) {
    Field *one = &fields[i];
    one->returned = OK;
    if (one->field == 82) { one->type = 1; one->value.ui = 81; }
    else if (one->field == 138 || one->field == 139) { one->type = 3; one->value.ull = one->scope == 0xffffffffU ? 5000000000ULL : 1; }
    else one->returned = NOT_SUPPORTED;
  }
  return OK;
}

Return nvmlDeviceGetComputeRunningProcesses_v3(Device gpu, unsigned *count, Process *processes) {
  (void)gpu;
  if (processes == NULL) { *count = 2; return TOO_SMALL; }
  *count = 2;
  memset(processes, 0, 2 * sizeof *processes);
  processes[0].pid = 10; processes[0].memory = 1ULL << 30;
  processes[1].pid = 99; processes[1].memory = 2ULL << 30;
  return OK;
}

Return nvmlDeviceGetProcessUtilization(Device gpu, Use *uses, unsigned *count, unsigned long long since) {
  (void)since;
  if (*gpu == 2) { *count = 0; return OK; }
  if (uses == NULL) { *count = 1; return TOO_SMALL; }
  memset(uses, 0, sizeof *uses);
  uses[0].pid = 10; uses[0].sm = 88;
  return OK;
}

Return nvmlDeviceGetMigMode(Device gpu, unsigned *current, unsigned *pending) { *current = *pending = *gpu == 2; return OK; }
Return nvmlDeviceGetMaxMigDeviceCount(Device gpu, unsigned *count) { (void)gpu; *count = 7; return OK; }
Return nvmlDeviceGetMigDeviceHandleByIndex(Device gpu, unsigned index, Device *part) {
  (void)gpu; *part = &slice;
  return index == 0 ? OK : NOT_FOUND;
}

/* Activity by GPM: GPU 0 has the counters, and a reading is a count of how often it was asked. */
typedef struct { unsigned version, supported; } Support;
typedef struct { unsigned id; int returned; double value; struct { char *brief, *name, *unit; } info; } Figure;
typedef struct { unsigned version, count; int *first, *second; Figure figures[]; } Asked;
static int readings[6], taken, asked_for;

Return nvmlGpmQueryDeviceSupport(Device gpu, Support *support) {
  support->supported = support->version == 1 && *gpu == 0;
  return OK;
}
Return nvmlGpmSampleAlloc(int **reading) { *reading = &readings[taken++]; return OK; }
Return nvmlGpmSampleFree(int *reading) { *reading = -1; return OK; }
Return nvmlGpmSampleGet(Device gpu, int *reading) { (void)gpu; *reading = ++asked_for; return OK; }
Return nvmlGpmMetricsGet(Asked *asked) {
  if (asked->version != 1 || *asked->first >= *asked->second) return NOT_FOUND;
  for (unsigned i = 0; i < asked->count; i++) {
    asked->figures[i].returned = asked->figures[i].id == 3 ? NOT_SUPPORTED : OK;
    asked->figures[i].value = asked->figures[i].id + 0.5;
  }
  return OK;
}
