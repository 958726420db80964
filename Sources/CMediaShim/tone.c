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
