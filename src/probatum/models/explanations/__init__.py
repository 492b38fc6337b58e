"""What moved a patient's risk, in the words of the protocol."""
