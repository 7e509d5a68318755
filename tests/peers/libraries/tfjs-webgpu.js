import "@tensorflow/tfjs-backend-webgpu";
import { tfjs } from "./tfjs";

export default tfjs("webgpu");
