import { bytesText } from "@/components/format/bytes-text";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import type { RememberedUpload } from "@/lib/hooks/remembered-upload";

/** After a reload: the file itself is gone from the page, what was sent of it is not. */
export function InterruptedUpload({
  upload,
  onForget,
}: {
  readonly upload: RememberedUpload;
  readonly onForget: () => void;
}) {
  return (
    <Notice
      title={`The upload of ${upload.name} was interrupted`}
      action={
        <Button look="quiet" onClick={onForget}>
          Forget it
        </Button>
      }
    >
      Choose the same file ({bytesText(upload.size)}) again, and only what is missing is sent.
    </Notice>
  );
}
