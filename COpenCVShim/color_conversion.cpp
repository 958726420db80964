#include "include/color_conversion.h"

#include <lcms2.h>

#include <climits>
#include <memory>

#include "guard.hpp"

namespace {

struct ProfileCloser {
  void operator()(void *profile) const { cmsCloseProfile(profile); }
};
using Profile = std::unique_ptr<void, ProfileCloser>;

/// Gray with the curve of sRGB.
Profile gray_of_srgb() {
  const Profile srgb(cmsCreate_sRGBProfile());
  const auto curve = srgb ? static_cast<cmsToneCurve *>(cmsReadTag(srgb.get(), cmsSigGreenTRCTag)) : nullptr;
  return Profile(curve ? cmsCreateGrayProfile(cmsD50_xyY(), curve) : nullptr);
}

/// What `mat` holds, `from`, as `to`, pixel by pixel.
cv::Mat converted(const cv::Mat &mat, const uint8_t *bytes, size_t count, cmsUInt32Number from, Profile target,
                  cmsUInt32Number to, int type) {
  if (count > UINT_MAX) throw std::runtime_error("the profile is too large");
  const Profile source(cmsOpenProfileFromMem(bytes, static_cast<cmsUInt32Number>(count)));
  if (!source || !target) throw std::runtime_error("the profile cannot be read");
  const std::unique_ptr<void, decltype(&cmsDeleteTransform)> transform(
      cmsCreateTransform(source.get(), from, target.get(), to, INTENT_PERCEPTUAL, 0), cmsDeleteTransform);
  if (!transform) throw std::runtime_error("the profile cannot be used");
  cv::Mat out(mat.size(), type);
  for (int y = 0; y < mat.rows; ++y)
    cmsDoTransform(transform.get(), mat.ptr(y), out.ptr(y), static_cast<cmsUInt32Number>(mat.cols));
  return out;
}

bool is_gray(const cv::Mat &picture) {
  if (picture.channels() == 1) return true;
  cv::Mat channels[3];
  for (int c = 0; c < 3; ++c) cv::extractChannel(picture, channels[c], c);
  return cv::countNonZero(channels[0] != channels[1]) == 0 && cv::countNonZero(channels[1] != channels[2]) == 0;
}

}  // namespace

ocv_mat *color_from_gray(const ocv_mat *mat, const uint8_t *profile, size_t count, ocv_error *error) {
  return shim::new_mat(error, [&] {
    const cv::Mat &picture = mat->mat;
    if (!is_gray(picture)) throw std::runtime_error("the picture is not gray");
    cv::Mat gray = picture;
    if (picture.channels() > 1) cv::extractChannel(picture, gray, 0);
    const cmsUInt32Number kind = gray.depth() == CV_8U    ? TYPE_GRAY_8
                                 : gray.depth() == CV_16U ? TYPE_GRAY_16
                                                          : TYPE_GRAY_FLT;
    gray = converted(gray, profile, count, kind, gray_of_srgb(), kind, gray.type());
    if (picture.channels() == 1) return gray;
    cv::Mat out = picture.clone();
    cv::mixChannels({gray}, {out}, {0, 0, 0, 1, 0, 2});
    return out;
  });
}

ocv_mat *color_from_inks(const ocv_mat *mat, const uint8_t *profile, size_t count, ocv_error *error) {
  return shim::new_mat(error, [&] {
    if (mat->mat.channels() != 4 || mat->mat.depth() == CV_32F) throw std::runtime_error("not inks of 8 or 16 bits");
    const bool is_deep = mat->mat.depth() == CV_16U;
    return converted(mat->mat, profile, count, is_deep ? TYPE_CMYK_16_REV : TYPE_CMYK_8_REV,
                     Profile(cmsCreate_sRGBProfile()), is_deep ? TYPE_BGR_16 : TYPE_BGR_8,
                     is_deep ? CV_16UC3 : CV_8UC3);
  });
}
