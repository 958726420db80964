import Facemarks
