/* The names of files that tell what a directory is. */
#ifndef PTBLM_TASK_NAMES_H
#define PTBLM_TASK_NAMES_H

/* The settings of a run: its directory is one of a run. */
#define RUN_CONFIG "config.json"

/* The best model of a run. */
#define LM_FILE "model.safetensors"

#endif
