package kernel

func (s situation) ended(evalue, dump string) mistake {
	return mistake{place: place{cell: s.now}, says: evalue}
}
