/* The peer: libjpeg-turbo in process, one thread. `libjpeg_turbo FILE [RUNS]` prints the least and
 * the median time of
 *   copy      jpegtran -copy none: coefficients read and written again
 *   optimize  jpegtran -copy none -optimize
 *   resize    decode at 1/2 in the transform (accurate integers), area average to a longest edge of
 *             1600, encode at quality 70, 4:2:0, optimised tables; and its three parts
 * The photo is in memory and so is the result; libjpeg itself gets and grows the memory for it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>

#define LONGEST_EDGE 1600
#define QUALITY 70
#define RGB 3

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void *get(size_t size) {
  void *memory = malloc(size);
  if (!memory) {
    fprintf(stderr, "libjpeg_turbo: no memory\n");
    exit(1);
  }
  return memory;
}

/* The coefficients again, as jpegtran does it. Gives the size of the result. */
static unsigned long transcode(const unsigned char *photo, size_t size, int optimise) {
  struct jpeg_decompress_struct in;
  struct jpeg_compress_struct out;
  struct jpeg_error_mgr errors;
  unsigned char *result = NULL;
  unsigned long length = 0;

  in.err = out.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&in);
  jpeg_create_compress(&out);
  jpeg_mem_src(&in, photo, size);
  jpeg_read_header(&in, TRUE);
  jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&in);
  jpeg_copy_critical_parameters(&in, &out);
  out.optimize_coding = optimise;
  jpeg_mem_dest(&out, &result, &length);
  jpeg_write_coefficients(&out, coefficients);
  jpeg_finish_compress(&out);
  jpeg_destroy_compress(&out);
  jpeg_finish_decompress(&in);
  jpeg_destroy_decompress(&in);
  free(result);
  return length;
}

/* For each place of an edge of `to` pixels the pixels of an edge of `from` that it covers, and how
 * much of each. */
struct cover {
  int first, count;
  float *weights;
};

static struct cover *covers(int from, int to) {
  struct cover *list = get(to * sizeof *list);
  double ratio = (double)from / to;
  for (int i = 0; i < to; i++) {
    double start = i * ratio, end = (i + 1) * ratio;
    int first = (int)start, last = (int)ceil(end - 1e-9);
    if (last > from)
      last = from;
    list[i].first = first;
    list[i].count = last - first;
    list[i].weights = get((last - first) * sizeof(float));
    for (int k = first; k < last; k++) {
      double covered = fmin(end, k + 1) - fmax(start, k);
      list[i].weights[k - first] = (float)(covered / ratio);
    }
  }
  return list;
}

static void release(struct cover *list, int count) {
  for (int i = 0; i < count; i++)
    free(list[i].weights);
  free(list);
}

/* Area average, columns of a row first, then rows. */
static unsigned char *average(const unsigned char *from, int w, int h, int to_w, int to_h) {
  struct cover *across = covers(w, to_w), *down = covers(h, to_h);
  unsigned char *to = get((size_t)to_w * to_h * RGB);
  float *row = get((size_t)to_w * RGB * sizeof *row), *sum = get((size_t)to_w * RGB * sizeof *sum);
  int done = -1;
  for (int y = 0; y < to_h; y++) {
    for (int x = 0; x < to_w * RGB; x++)
      sum[x] = 0.5f;
    for (int k = 0; k < down[y].count; k++) {
      int line = down[y].first + k;
      if (line != done) {
        const unsigned char *source = from + (size_t)line * w * RGB;
        for (int x = 0; x < to_w; x++) {
          const unsigned char *pixel = source + across[x].first * RGB;
          float r = 0, g = 0, b = 0;
          for (int i = 0; i < across[x].count; i++, pixel += RGB) {
            float weight = across[x].weights[i];
            r += weight * pixel[0];
            g += weight * pixel[1];
            b += weight * pixel[2];
          }
          row[x * RGB] = r;
          row[x * RGB + 1] = g;
          row[x * RGB + 2] = b;
        }
        done = line;
      }
      float weight = down[y].weights[k];
      for (int x = 0; x < to_w * RGB; x++)
        sum[x] += weight * row[x];
    }
    for (int x = 0; x < to_w * RGB; x++)
      to[(size_t)y * to_w * RGB + x] = (unsigned char)sum[x];
  }
  free(row);
  free(sum);
  release(across, to_w);
  release(down, to_h);
  return to;
}

/* Decoded at 1/2, averaged, encoded. `parts` gets the time of each. Gives the size of the result. */
static unsigned long resize(const unsigned char *photo, size_t size, double parts[3]) {
  struct jpeg_decompress_struct in;
  struct jpeg_compress_struct out;
  struct jpeg_error_mgr errors;
  double start = now();

  in.err = out.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&in);
  jpeg_mem_src(&in, photo, size);
  jpeg_read_header(&in, TRUE);
  in.scale_num = 1;
  in.scale_denom = 2;
  in.dct_method = JDCT_ISLOW;
  in.out_color_space = JCS_RGB;
  jpeg_start_decompress(&in);
  int w = in.output_width, h = in.output_height;
  unsigned char *pixels = get((size_t)w * h * RGB);
  while (in.output_scanline < in.output_height) {
    JSAMPROW row = pixels + (size_t)in.output_scanline * w * RGB;
    jpeg_read_scanlines(&in, &row, 1);
  }
  jpeg_finish_decompress(&in);
  jpeg_destroy_decompress(&in);
  double decoded = now();

  int longest = w > h ? w : h;
  double scale = longest > LONGEST_EDGE ? (double)LONGEST_EDGE / longest : 1;
  int to_w = (int)(w * scale + 0.5), to_h = (int)(h * scale + 0.5);
  unsigned char *small = average(pixels, w, h, to_w, to_h);
  free(pixels);
  double averaged = now();

  unsigned char *result = NULL;
  unsigned long length = 0;
  jpeg_create_compress(&out);
  jpeg_mem_dest(&out, &result, &length);
  out.image_width = to_w;
  out.image_height = to_h;
  out.input_components = RGB;
  out.in_color_space = JCS_RGB;
  jpeg_set_defaults(&out);
  jpeg_set_quality(&out, QUALITY, TRUE);
  out.optimize_coding = TRUE;
  out.dct_method = JDCT_ISLOW;
  jpeg_start_compress(&out, TRUE);
  while (out.next_scanline < out.image_height) {
    JSAMPROW row = small + (size_t)out.next_scanline * to_w * RGB;
    jpeg_write_scanlines(&out, &row, 1);
  }
  jpeg_finish_compress(&out);
  jpeg_destroy_compress(&out);
  free(small);
  free(result);
  double end = now();

  parts[0] = decoded - start;
  parts[1] = averaged - decoded;
  parts[2] = end - averaged;
  return length;
}

static int order(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void tell(const char *name, double *times, int runs, unsigned long length) {
  qsort(times, runs, sizeof *times, order);
  printf("libjpeg-turbo %-22s %8.2f ms least  %8.2f ms median", name, times[0], times[runs / 2]);
  if (length)
    printf("  %9lu bytes", length);
  printf("\n");
}

int main(int count, char **arguments) {
  FILE *file = count > 1 ? fopen(arguments[1], "rb") : NULL;
  int runs = count > 2 ? atoi(arguments[2]) : 15;
  if (!file || runs < 1) {
    fprintf(stderr, "usage: libjpeg_turbo FILE [RUNS]\n");
    return 2;
  }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  unsigned char *photo = get(size > 0 ? size : 1);
  if (fread(photo, 1, size, file) != (size_t)size)
    return 1;
  fclose(file);

  double *times = get(runs * sizeof *times), *part[3];
  unsigned long length = 0;
  for (int optimise = 0; optimise < 2; optimise++) {
    for (int run = 0; run < runs; run++) {
      double start = now();
      length = transcode(photo, size, optimise);
      times[run] = now() - start;
    }
    tell(optimise ? "-copy none -optimize" : "-copy none", times, runs, length);
  }
  for (int i = 0; i < 3; i++)
    part[i] = get(runs * sizeof **part);
  for (int run = 0; run < runs; run++) {
    double parts[3], start = now();
    length = resize(photo, size, parts);
    times[run] = now() - start;
    for (int i = 0; i < 3; i++)
      part[i][run] = parts[i];
  }
  tell("1/2, average, encode", times, runs, length);
  tell("  decode at 1/2", part[0], runs, 0);
  tell("  area average", part[1], runs, 0);
  tell("  encode", part[2], runs, 0);
  for (int i = 0; i < 3; i++)
    free(part[i]);
  free(times);
  free(photo);
  return 0;
}
