print("facemarks")
