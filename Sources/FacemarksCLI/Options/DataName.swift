import FacemarksTraining

/// How a data set is named on the command line.
enum DataName {
  static let words =
    "A folder with labels.csv, a csv file in the format of Kaggle's Facial Keypoints Detection, or "
    + AnnotationFormats.words + "."
}
