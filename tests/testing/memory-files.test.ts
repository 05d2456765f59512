import { createMemoryFiles } from "@/lib/testing/memory-files";
import { describeFileStore } from "@/tests/conformance/file-store";

describeFileStore("The memory", async () => createMemoryFiles());
