/* The corridor of rlmap/demos/envs/corridor.py without slipping, in C: many copies stepped in one call.
   Writes observations (one-hot), rewards and ends in place; a copy that ends starts anew within the same step. */

#include <string.h>

void corridor_step(int copies, int length, int start, float near_reward, float far_reward,
                   const int *actions, int *cells, float *observations, float *rewards,
                   unsigned char *terminals)
{
    int width = length + 1;
    for (int i = 0; i < copies; i++) {
        float *observation = observations + (long)i * width;
        observation[cells[i]] = 0.0f;
        int cell = cells[i] + (actions[i] ? 1 : -1);
        int over = cell == 0 || cell == length;
        rewards[i] = cell == 0 ? near_reward : (cell == length ? far_reward : 0.0f);
        terminals[i] = (unsigned char)over;
        cells[i] = over ? start : cell;
        observation[cells[i]] = 1.0f;
    }
}
