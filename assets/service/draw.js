// Draws what is known of faces on a canvas. Coordinates are pixels of the picture, pixel centres at integers.

const colors = [
  [/eyebrow/, "#ffd200"],
  [/eye|pupil/, "#00d2ff"],
  [/nose/, "#5aff5a"],
  [/mouth/, "#ff5aaa"],
];

// The axes of the head: to the subject's left, up, and where the nose points.
const axes = ["#ff3c3c", "#46e646", "#4682ff"];

// The outlines of the eyes among the 68 points of iBUG.
const lids = { right_eye: [36, 37, 38, 39, 40, 41], left_eye: [42, 43, 44, 45, 46, 47] };

// The parts of the face among the 68 points of iBUG, by their last number.
const parts = [[16, "#ffffff"], [26, "#ffd200"], [35, "#5aff5a"], [47, "#00d2ff"], [67, "#ff5aaa"]];

function color(name) {
  const number = name.match(/^ibug_(\d+)$/)?.[1];
  if (number) return parts.find(([last]) => Number(number) <= last)[1];
  return colors.find(([pattern]) => pattern.test(name))?.[1] ?? "#ffffff";
}

function ibug(face, number) {
  return face.landmarks.find((landmark) => landmark.name === "ibug_" + String(number).padStart(2, "0"));
}

// A light line with a dark rim shows on any ground.
function stroke(context, path, width, style) {
  context.lineJoin = context.lineCap = "round";
  context.lineWidth = width * 2;
  context.strokeStyle = "#000000";
  context.stroke(path);
  context.lineWidth = width;
  context.strokeStyle = style;
  context.stroke(path);
}

function polygon(points) {
  const path = new Path2D();
  points.forEach((point, index) => (index ? path.lineTo(point.x + 0.5, point.y + 0.5) : path.moveTo(point.x + 0.5, point.y + 0.5)));
  path.closePath();
  return path;
}

function drawPoints(context, face, radius) {
  for (const landmark of face.landmarks) {
    const path = new Path2D();
    path.arc(landmark.x + 0.5, landmark.y + 0.5, radius, 0, 2 * Math.PI);
    context.lineWidth = Math.max(0.8, radius * 0.8);
    context.strokeStyle = "#000000";
    context.stroke(path);
    context.fillStyle = color(landmark.name);
    context.fill(path);
  }
}

// From the bridge of the nose, half as long as the box; without perspective.
function drawPose(context, face, radius) {
  const origin = ibug(face, 27);
  if (!face.pose || !origin) return;
  const length = Math.max(face.box.width, face.box.height) / 2;
  axes.forEach((style, axis) => {
    const path = new Path2D();
    path.moveTo(origin.x + 0.5, origin.y + 0.5);
    path.lineTo(
      origin.x + 0.5 + length * face.pose.rotation[axis], origin.y + 0.5 + length * face.pose.rotation[3 + axis]);
    stroke(context, path, radius, style);
  });
}

// Open eyes have a blue outline, closed ones a thick yellow one, so that not the colour alone tells.
function drawEyes(context, face, radius) {
  for (const [name, numbers] of Object.entries(lids)) {
    const points = numbers.map((number) => ibug(face, number));
    if (!face[name] || points.includes(undefined)) continue;
    stroke(context, polygon(points), face[name].closed ? 1.8 * radius : 0.8 * radius, face[name].closed ? "#ffd200" : "#00d2ff");
  }
}

export function drawFaces(context, faces, show) {
  for (const face of faces) {
    const radius = Math.max(1.2, 0.011 * Math.max(face.box.width, face.box.height));
    if (show.eyes) drawEyes(context, face, radius);
    if (show.points) drawPoints(context, face, radius);
    if (show.pose) drawPose(context, face, radius);
  }
}

function eye(state) {
  return state ? (state.closed ? "closed" : `${Math.round(100 * state.openness)} % open`) : "";
}

// A line about each face for people.
export function describe(faces) {
  return faces.map((face, index) => {
    const words = [`Face ${face.id ?? face.number ?? index + 1}`];
    if (face.hidden) words.push("hidden");
    if (face.doubtful) words.push("doubtful");
    if (face.pose) {
      const degrees = (value) => `${Math.round(value)}°`;
      words.push(`yaw ${degrees(face.pose.yaw)}, pitch ${degrees(face.pose.pitch)}, roll ${degrees(face.pose.roll)}`);
    }
    if (face.left_eye) words.push(`left eye ${eye(face.left_eye)}`);
    if (face.right_eye) words.push(`right eye ${eye(face.right_eye)}`);
    return words.join("; ");
  });
}
