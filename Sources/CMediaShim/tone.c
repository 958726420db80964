#include "tone.h"

#include <math.h>
#include <stdlib.h>

// The signal is made light on a display (ITU-R BT.2100), whose luminance is compressed by the curve of ITU-R BT.2390
// (section 5.4.1) so that the peak is as bright as the white of a picture of standard range, 203 cd/m² (ITU-R BT.2408).
// Red, green and blue are scaled alike, brought to the primaries of BT.709 (ITU-R BT.2087) and coded for a display of
// BT.1886.

enum { signal_steps = 4096, gain_steps = 4096, code_steps = 4096 };

static const double white = 203;

struct tone {
  struct tone_kind kind;
  double matrix[3][3];        // to the primaries of BT.709
  float light[signal_steps];  // of a signal: of the scene 0...1 for HLG, of the display in units of `white` for PQ
  float brightest;            // the largest luminance of those
  float gain[gain_steps +
             1];  // by the root of the luminance, as a part of the brightest: to units of `white`, compressed
  uint8_t code[code_steps + 1];  // by the root of light 0...1
  // Back again
  double back_matrix[3][3];       // from the primaries of BT.709
  float shown[256];               // light 0...1 of a code
  float stretch[gain_steps + 1];  // by the root of a compressed luminance 0...1: to that in `light`'s units
  float signal[gain_steps + 2];   // by the root of light, as a part of the brightest
};

static const double m1 = 2610.0 / 16384, m2 = 2523.0 / 4096 * 128;
static const double c1 = 3424.0 / 4096, c2 = 2413.0 / 4096 * 32, c3 = 2392.0 / 4096 * 32;

/// The signal of PQ for a luminance in cd/m².
static double pq_of(double luminance) {
  const double power = pow(fmax(luminance, 0) / 10000, m1);
  return pow((c1 + c2 * power) / (1 + c3 * power), m2);
}

/// The luminance of a signal of PQ.
static double from_pq(double signal) {
  const double power = pow(signal, 1 / m2);
  return 10000 * pow(fmax(power - c1, 0) / (c2 - c3 * power), 1 / m1);
}

/// The light of the scene, 0...1, for a signal of HLG.
static double from_hlg(double signal) {
  const double a = 0.17883277, b = 1 - 4 * a, c = 0.5 - a * log(4 * a);
  return signal <= 0.5 ? signal * signal / 3 : (exp((signal - c) / a) + b) / 12;
}

/// The signal of HLG for the light of a scene, 0...1.
static double hlg_of(double light) {
  const double a = 0.17883277, b = 1 - 4 * a, c = 0.5 - a * log(4 * a);
  return light <= 1.0 / 12 ? sqrt(3 * fmax(light, 0)) : a * log(12 * fmin(light, 1) - b) + c;
}

/// The curve of BT.2390: a luminance up to `peak` brought below `white`.
static double compressed(double luminance, double peak) {
  if (peak <= white) return luminance;
  const double top = pq_of(peak), limit = pq_of(white) / top, knee = 1.5 * limit - 0.5;
  const double signal = fmin(pq_of(luminance) / top, 1);
  if (signal < knee) return luminance;
  const double t = (signal - knee) / (1 - knee), square = t * t, cube = square * t;
  const double bent =
      (2 * cube - 3 * square + 1) * knee + (cube - 2 * square + t) * (1 - knee) + (3 * square - 2 * cube) * limit;
  return from_pq(bent * top);
}

/// The luminance, up to `white`, that the curve makes one of.
static double stretched(double luminance, double peak) {
  double low = 0, high = white;
  for (int step = 0; step < 24; ++step) {
    const double middle = (low + high) / 2;
    if (compressed(middle, peak) < luminance)
      low = middle;
    else
      high = middle;
  }
  return (low + high) / 2;
}

static void prepare_back(struct tone *tone) {
  static const double wide[3][3] = {{0.6274, 0.3293, 0.0433}, {0.0691, 0.9195, 0.0114}, {0.0164, 0.0880, 0.8956}};
  const bool is_hlg = tone->kind.transfer == TONE_HLG;
  for (int row = 0; row < 3; ++row)
    for (int column = 0; column < 3; ++column)
      tone->back_matrix[row][column] = tone->kind.is_wide ? wide[row][column] : row == column;
  for (int code = 0; code < 256; ++code) tone->shown[code] = (float)pow(code / 255.0, 2.4);
  for (int step = 0; step <= gain_steps; ++step) {
    const double part = fmax((double)step, 0.5) / gain_steps, wanted = part * part;
    const double luminance = stretched(wanted * white, tone->kind.peak);
    const double light = is_hlg ? pow(luminance / tone->kind.peak, 1 / 1.2) : luminance / white;
    tone->stretch[step] = (float)(light / wanted);
    const double of_all = (double)step / gain_steps, scene = of_all * of_all * tone->brightest;
    tone->signal[step] = (float)(is_hlg ? hlg_of(scene) : pq_of(scene * white));
  }
  tone->signal[gain_steps + 1] = tone->signal[gain_steps];
}

void tone_back(const struct tone *tone, const uint8_t *blue_first, float *red_first) {
  const float red = tone->shown[blue_first[2]], green = tone->shown[blue_first[1]], blue = tone->shown[blue_first[0]];
  const float luminance = 0.2126f * red + 0.7152f * green + 0.0722f * blue;
  const float stretch = tone->stretch[(int)(sqrtf(luminance) * gain_steps + 0.5f)];
  for (int channel = 0; channel < 3; ++channel) {
    const double *row = tone->back_matrix[channel];
    const float light = stretch * ((float)row[0] * red + (float)row[1] * green + (float)row[2] * blue);
    const float part = light / tone->brightest;
    const float place = sqrtf(part < 0 ? 0 : part > 1 ? 1 : part) * gain_steps;
    const int step = (int)place;
    red_first[channel] = tone->signal[step] + (place - (float)step) * (tone->signal[step + 1] - tone->signal[step]);
  }
}

struct tone *tone_create(struct tone_kind kind) {
  static const double wide[3][3] = {{1.6605, -0.5876, -0.0728}, {-0.1246, 1.1329, -0.0083}, {-0.0182, -0.1006, 1.1187}};
  struct tone *tone = calloc(1, sizeof *tone);
  if (!tone) return NULL;
  tone->kind = kind;
  for (int row = 0; row < 3; ++row)
    for (int column = 0; column < 3; ++column)
      tone->matrix[row][column] = kind.is_wide ? wide[row][column] : row == column;
  const bool is_hlg = kind.transfer == TONE_HLG;
  for (int step = 0; step < signal_steps; ++step) {
    const double signal = (double)step / (signal_steps - 1);
    tone->light[step] = (float)(is_hlg ? from_hlg(signal) : from_pq(signal) / white);
  }
  tone->brightest = tone->light[signal_steps - 1];
  for (int step = 0; step <= gain_steps; ++step) {
    const double part = fmax((double)step, 0.5) / gain_steps;
    const double light = part * part * tone->brightest;
    // The display of HLG: a system gamma of 1.2 for a peak of 1000 cd/m².
    const double luminance = is_hlg ? kind.peak * pow(light, 1.2) : light * white;
    tone->gain[step] = (float)(compressed(luminance, kind.peak) / white / light);
  }
  for (int step = 0; step <= code_steps; ++step)
    tone->code[step] = (uint8_t)lround(255 * pow((double)step / code_steps, 2 / 2.4));
  prepare_back(tone);
  return tone;
}

void tone_destroy(struct tone *tone) { free(tone); }

struct tone_kind tone_kind(const struct tone *tone) {
  return tone->kind;
}

void tone_row(const struct tone *tone, const uint16_t *red_first, uint8_t *blue_first, size_t count) {
  const float red_share = tone->kind.is_wide ? 0.2627f : 0.2126f, blue_share = tone->kind.is_wide ? 0.0593f : 0.0722f;
  for (size_t pixel = 0; pixel < count; ++pixel, red_first += 3, blue_first += 3) {
    const float red = tone->light[red_first[0] >> 4], green = tone->light[red_first[1] >> 4],
                blue = tone->light[red_first[2] >> 4];
    const float luminance = red_share * red + (1 - red_share - blue_share) * green + blue_share * blue;
    const float gain = tone->gain[(int)(sqrtf(luminance / tone->brightest) * gain_steps)];
    for (int channel = 0; channel < 3; ++channel) {
      const double *row = tone->matrix[2 - channel];
      const float light = gain * ((float)row[0] * red + (float)row[1] * green + (float)row[2] * blue);
      const float clipped = light < 0 ? 0 : light > 1 ? 1 : light;
      blue_first[channel] = tone->code[(int)(sqrtf(clipped) * code_steps + 0.5f)];
    }
  }
}
