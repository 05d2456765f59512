"use client";

import { useEffect, useState } from "react";
import { forgetUpload, type RememberedUpload, rememberedUpload } from "@/lib/hooks/remembered-upload";

/** The upload that was begun here and not ended, as it was when the page came up. */
export function useRememberedUpload() {
  const [upload, setUpload] = useState<RememberedUpload | null>(null);
  useEffect(() => setUpload(rememberedUpload()), []);
  return {
    upload,
    forget: () => {
      forgetUpload();
      setUpload(null);
    },
  };
}
