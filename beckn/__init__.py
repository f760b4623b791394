"""The language both sides speak: Beckn 1.1.1 with ONDC's TRV12 and TRV13 shapes. No Flask, no database, nothing of us."""
